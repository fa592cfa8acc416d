package main

import (
	"strconv"
	"syscall"
)

// mount puts a small file system into memory.
func mount(folder string, bytes int) error {
	return syscall.Mount("tmpfs", folder, "tmpfs", 0, "size="+strconv.Itoa(bytes))
}

func unmount(folder string) error { return syscall.Unmount(folder, 0) }
