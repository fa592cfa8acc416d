package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/pflag"
)

// secretKey says where a key is. The key itself is no flag: the machine's other users
// see those.
type secretKey struct{ file, env string }

func (k *secretKey) register(flags *pflag.FlagSet) {
	flags.StringVar(&k.file, "key-file", "", "the file with the key; line breaks at its end are not part of it")
	flags.StringVar(&k.env, "key-env", "", "the environment variable with the key")
}

func (k *secretKey) read() ([]byte, error) {
	switch {
	case (k.file == "") == (k.env == ""):
		return nil, &usageError{errors.New("say where the key is: either --key-file or --key-env")}
	case k.file != "":
		key, err := os.ReadFile(k.file)
		if err != nil {
			return nil, fmt.Errorf("read the key: %w", err)
		}
		return bytes.TrimRight(key, "\r\n"), nil
	}
	key, ok := os.LookupEnv(k.env)
	if !ok {
		return nil, &usageError{fmt.Errorf("--key-env %s: there is no such environment variable", k.env)}
	}
	return []byte(key), nil
}
