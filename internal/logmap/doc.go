// Package logmap turns OpenTelemetry log records into activities. It is the only
// place that knows both: docs/reference/convention.md says what it does with
// which attribute.
//
// Where the convention leaves a choice, these are the rules:
//
//   - An empty string and a null say nothing: an attribute of the convention
//     with such a value is as if it had not been sent.
//   - An attribute that became a column isn't kept in Attributes a second time.
//     One that lost to another name of the same column is kept, unless both have
//     the same value.
//   - Of two attributes with one key the last counts, at every level.
//   - A group (a map under a name that the convention's names begin with, such as
//     activity or user) means the same as dotted keys, and its other members are
//     kept under dotted keys too. Any other map stays a map.
//   - A list or a map where the convention wants text stays in Attributes as it
//     is; the body alone becomes JSON text then.
//   - Words of enumerations are read in any case.
//   - Metadata, and before and after of the changes, may come as the text of a
//     JSON object. What is neither a map nor such a text is kept under "value".
//   - Values that had to make room for repaired ones are kept in Attributes under
//     activity.original.*, and activity.repaired lists each repair as
//     "what:kind"; see the kinds in repair.go.
package logmap
