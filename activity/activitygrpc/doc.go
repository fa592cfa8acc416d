// Package activitygrpc brings activities to gRPC: interceptors that tell who is asking
// and record calls, for servers and for clients.
package activitygrpc
