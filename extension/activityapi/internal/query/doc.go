// Package query answers the requests of the API: it reads them, asks the store,
// and writes what the contract says.
package query
