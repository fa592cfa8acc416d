package pgtest

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/schema"
)

const templateName = "activity_template"

// CreateDatabase makes a migrated database and returns its DSN.
func (s *Server) CreateDatabase(ctx context.Context) (string, error) {
	s.template.Do(func() { s.templated = s.createTemplate(ctx) })
	if s.templated != nil {
		return "", s.templated
	}
	return s.createDatabase(ctx, templateName)
}

// CreateEmptyDatabase makes a database without the schema and returns its DSN.
func (s *Server) CreateEmptyDatabase(ctx context.Context) (string, error) {
	return s.createDatabase(ctx, "template1")
}

func (s *Server) createDatabase(ctx context.Context, template string) (string, error) {
	name := fmt.Sprintf("test_%d", s.databases.Add(1))
	if err := s.exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		return "", err
	}
	return s.DSN(name), nil
}

func (s *Server) createTemplate(ctx context.Context) error {
	if err := s.exec(ctx, "CREATE DATABASE "+templateName); err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, s.DSN(templateName))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = schema.Up(ctx, conn)
	return err
}

func (s *Server) exec(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, s.AdminDSN())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
