// Package activityhttp brings activities to net/http: a middleware that tells who is
// asking and records what changes something, and a transport that records calls of
// other systems.
package activityhttp
