// Package activityapi serves the activity trail: the query API of openapi.yaml
// under /api/v1, and the web page that uses it.
//
// Who is asking comes from an auth extension of the Collector or from an embedding
// token, and decides which projects' rows the database shows.
package activityapi
