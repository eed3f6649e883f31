// Package register compares what a scan found with what the organisation
// declared: the impact of each location, policies, the register of processings,
// retention, and the verdicts of domain/register.md.
//
// It works on the rows of report/inventory, one location at a time, before the
// detail reserved to an audience is taken out. It reads no source and no
// journal, writes no document and starts no goroutine.
package register

// NotStated is the word for what a policy is silent about.
const NotStated = "not stated"
