package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/activity"
)

func newTokenCommand() *cobra.Command {
	t := &token{}
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Make a token that shows the activities of one project for a while",
		Long: `token prints a token for the query API, signed with the key that the extension
activity_api has under embedding::key. It shows the activities of one project and
makes nobody an admin. Backends make such tokens with EmbedToken of the SDKs.`,
		Example: `  activityctl token --project shop --key-file embedding.key
  curl -H "Authorization: Bearer $(activityctl token --project shop --key-env ACTIVITY_EMBEDDING_KEY)" \
    http://127.0.0.1:8085/api/v1/activities`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return t.run(cmd) },
	}
	flags := cmd.Flags()
	flags.StringVar(&t.claims.Project, "project", "", "the project whose activities the token shows")
	flags.StringVar(&t.claims.Subject, "subject", "", "who is looking, for the token to say so")
	flags.DurationVar(&t.claims.TTL, "ttl", 15*time.Minute, "how long the token is good for; the API has an upper bound")
	flags.StringVar(&t.keyFile, "key-file", "", "the file with the key; line breaks at its end are not part of it")
	flags.StringVar(&t.keyEnv, "key-env", "", "the environment variable with the key")
	return cmd
}

// token is one call of the command token. The key is no flag: the machine's other
// users see those.
type token struct {
	claims          activity.EmbedClaims
	keyFile, keyEnv string
}

func (t *token) run(cmd *cobra.Command) error {
	key, err := t.key()
	if err != nil {
		return err
	}
	made, err := activity.EmbedToken(key, t.claims)
	if err != nil {
		return &usageError{err}
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), made)
	return err
}

func (t *token) key() ([]byte, error) {
	switch {
	case (t.keyFile == "") == (t.keyEnv == ""):
		return nil, &usageError{errors.New("say where the key is: either --key-file or --key-env")}
	case t.keyFile != "":
		key, err := os.ReadFile(t.keyFile)
		if err != nil {
			return nil, fmt.Errorf("read the key: %w", err)
		}
		return bytes.TrimRight(key, "\r\n"), nil
	}
	key, ok := os.LookupEnv(t.keyEnv)
	if !ok {
		return nil, &usageError{fmt.Errorf("--key-env %s: there is no such environment variable", t.keyEnv)}
	}
	return []byte(key), nil
}
