// Package store keeps what changes: accounts, people's rows, decisions, jobs,
// bordereaux, frozen states and the audit log. SQLite by default, PostgreSQL by
// URL; both run the same statements and the same migrations.
//
// Instants are UTC; civil dates stay dates. Identifiers sort by time.
package store
