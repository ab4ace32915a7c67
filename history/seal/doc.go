// Package seal owns the log that all dossiers are sealed into: one Merkle tree
// over the entries in the order in which they were sealed, checkpoints that say
// how far it goes and are signed, and proofs against them. It refuses to know
// where leaves and keys are kept, when a checkpoint is due, and what an entry
// says.
//
// The tree is that of RFC 6962 §2.1 over the hashes of entries, each of which
// is such a leaf already (package history). A [Checkpoint] is the text of a
// signed note in the form of C2SP tlog-checkpoint, with two lines of its own:
// the root of a second tree over the head of every dossier, by which a dossier
// that lost its last entries does not pass though the log stands, and the
// instant. Proofs of an entry are written in the form of C2SP tlog-proof.
//
// The invariant: of two checkpoints of one log the greater contains the smaller,
// and no entry that was sealed under one can be changed, left out or moved
// without its root changing (TestProofsOfEveryTree).
package seal
