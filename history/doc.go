// Package history owns the record of what happened: the canonical bytes of an
// entry, the hash chain of a dossier, commitments to values that stay outside
// the chain, and the verification of all three. It refuses to know SQL, who
// may read an entry, and what a body means, save one kind of body: the
// [Erasure] that lets another be absent.
//
// An entry is a header and a body. The header is an RFC 8785 object of fixed
// keys ([Header]), the body any RFC 8785 value ([CanonicalBody]). Where H is
// SHA-256:
//
//	hash of entry n          = H(0x00 ‖ header ‖ H(body))
//	previous hash of n = 1   = H(dossier id)
//	previous hash of n + 1   = hash of entry n
//
// The hash is thus the leaf of RFC 6962 §2.1 over header ‖ H(body), so a body
// may be erased and its entry still be verified. [Append] makes the next entry,
// [VerifyDossier] finds the first that does not hold. The invariant: a dossier
// in which one bit of any entry, or the order of entries, was changed never
// verifies against the head kept for it (TestEveryFlippedBitIsFound). Whoever
// rewrites a whole dossier and its head is caught only by a copy of the head
// kept elsewhere.
//
// Bytes of format 1 are frozen in testdata/vectors.json.
package history
