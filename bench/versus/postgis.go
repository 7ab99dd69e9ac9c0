package versus

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"perimetre/server/store/pgtest"
)

// PostGIS starts a PostgreSQL in a temporary folder, which goes with this process, and
// connects to a new database with PostGIS and pg_trgm. Memory and workers are set as its
// manual advises for 24 GB and two cores.
func PostGIS(ctx context.Context) (conn *pgx.Conn, name string, err error) {
	url, err := pgtest.Server()
	if err != nil {
		return nil, "", err
	}
	if conn, err = pgx.Connect(ctx, url+"/postgres?sslmode=disable"); err != nil {
		return nil, "", err
	}
	if err = statements(ctx, conn, "CREATE EXTENSION postgis", "CREATE EXTENSION pg_trgm", "CREATE EXTENSION unaccent",
		"SET work_mem = '256MB'", "SET maintenance_work_mem = '1GB'", "SET effective_cache_size = '8GB'", "SET max_parallel_workers_per_gather = 2",
		"SET parallel_setup_cost = 100", "SET random_page_cost = 1.1"); err != nil {
		return nil, "", err
	}
	err = conn.QueryRow(ctx, "SELECT 'PostgreSQL ' || current_setting('server_version') || ', PostGIS ' || postgis_lib_version()").Scan(&name)
	return conn, name, err
}

func statements(ctx context.Context, conn *pgx.Conn, list ...string) error {
	for _, sql := range list {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%.60s: %w", sql, err)
		}
	}
	return nil
}
