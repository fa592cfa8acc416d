// Package pipelinecheck finds in the whole configuration what no component can
// see alone: an activity exporter that relies on an extension which is missing,
// or a processor in front of it that loses activities.
//
// It is a confmap converter because a converter gets the whole configuration,
// with every ${…} filled in and before any component is made, at each start, at
// each reload and on `validate`. It changes nothing. What can't work is an error;
// what can lose activities is a warning in the Collector's log, which `validate`
// does not print.
package pipelinecheck
