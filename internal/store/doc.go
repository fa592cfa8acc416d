// Package store is the only room that speaks SQL to the schema. Writer stores
// batches of activities, each exactly once; Maintainer keeps partitions and
// counts; Reader answers lists, counts and the live tail.
package store
