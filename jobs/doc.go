// Package jobs owns what a server does by itself: one file for each kind of job.
// The queue is River's, in the same database and in the same transactions as
// everything else, on both engines; several servers share it. It refuses to know
// a state or a rule: what a job does is the engine's to do, once, however often
// the job runs.
package jobs
