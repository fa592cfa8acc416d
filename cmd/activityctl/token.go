package main

import (
	"fmt"
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
	t.key.register(flags)
	return cmd
}

// token is one call of the command token.
type token struct {
	claims activity.EmbedClaims
	key    secretKey
}

func (t *token) run(cmd *cobra.Command) error {
	key, err := t.key.read()
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
