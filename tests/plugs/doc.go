// Package plugs has only tests: what the project brings for other people's tools
// (dashboards, alert rules, configurations, SQL in guides) is held against a real
// database and the built Collector.
package plugs
