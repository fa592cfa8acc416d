package spool

import (
	"os"
	"syscall"
)

// makeLock makes a file that this process has until it is closed or the process ends.
func makeLock(path string) (*os.File, error) { return openAlone(path, syscall.CREATE_NEW) }

// takeLock takes the file of a process that has ended, and fails when one has it still.
func takeLock(path string) (*os.File, error) { return openAlone(path, syscall.OPEN_EXISTING) }

// openAlone opens a file without sharing.
func openAlone(path string, how uint32) (*os.File, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	handle, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil,
		how, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, &os.PathError{Op: "lock", Path: path, Err: err}
	}
	return os.NewFile(uintptr(handle), path), nil
}

// syncFolder has nothing to do: names are in the journal of the file system.
func syncFolder(string) error { return nil }
