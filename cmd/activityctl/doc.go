// Command activityctl looks after an activity trail and reads it: it applies the
// schema, lists, follows and counts activities, imports existing histories, and says
// what to change.
//
// Exit status: 0 when the command did what it was asked (also when a list is
// empty, and when Ctrl-C ends tail), 1 when it failed, 2 when it was called
// wrongly; doctor has 3 and 4 too, for what it found. Data goes to standard output,
// everything else to standard error.
package main
