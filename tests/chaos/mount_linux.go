package main

import "syscall"

// mount puts a small file system into memory.
func mount(folder string, bytes int) error {
	return syscall.Mount("tmpfs", folder, "tmpfs", 0, sizeOption(bytes))
}

// resize gives a mounted file system another size.
func resize(folder string, bytes int) error {
	return syscall.Mount("tmpfs", folder, "tmpfs", syscall.MS_REMOUNT, sizeOption(bytes))
}

// usedBytes is what a mounted file system holds.
func usedBytes(folder string) (int, error) {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(folder, &stat); err != nil {
		return 0, err
	}
	return int(stat.Blocks-stat.Bfree) * int(stat.Bsize), nil //nolint:gosec // small
}

func unmount(folder string) error { return syscall.Unmount(folder, 0) }
