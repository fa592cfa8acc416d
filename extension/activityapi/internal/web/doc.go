// Package web serves the built web page.
package web
