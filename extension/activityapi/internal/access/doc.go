// Package access finds out who is asking and what that identity may see.
package access
