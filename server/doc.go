// Package server owns HTTP: routes, sign-in by bearer token, request ids, the
// log of requests, and what says whether the process lives and the database
// serves. It refuses to know the domain: who a token stands for is [Tokens]'
// to say, and what they may see or do is the API's. Start at [New].
package server
