//go:build !linux

package main

import "errors"

var errOnlyLinux = errors.New("only on Linux")

func mount(string, int) error { return errOnlyLinux }

func resize(string, int) error { return errOnlyLinux }

func usedBytes(string) (int, error) { return 0, errOnlyLinux }

func unmount(string) error { return nil }
