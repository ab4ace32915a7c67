// Package assignment suggests who evaluates which proposal.
//
// It owns the arithmetic of the suggestion: a minimum-cost flow from proposals that
// need evaluators to evaluators that have room, in whole numbers, the same for the same
// pool, seed and bans. It knows no store, no call and no person: proposals and
// evaluators are names, a ban has a ground in words of whoever bans. It decides nothing;
// an administrator assigns, and what is settled already is given to it as it is.
package assignment
