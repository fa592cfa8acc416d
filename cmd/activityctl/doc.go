// Command activityctl looks after an activity trail and reads it: it applies the
// schema, lists, follows and counts activities, and imports existing histories.
//
// Exit status: 0 when the command did what it was asked (also when a list is
// empty, and when Ctrl-C ends tail), 1 when it failed, 2 when it was called
// wrongly. Data goes to standard output, everything else to standard error.
package main
