// Package doctor checks a Collector's configuration and a running database, and
// says what to change. What the exporter and the converter warn of is decided
// there; what a database shows is read by store and judged here.
package doctor
