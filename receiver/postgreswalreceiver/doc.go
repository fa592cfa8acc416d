// Package postgreswalreceiver reads row changes from Postgres' write-ahead log, by logical
// decoding and without triggers, and makes an activity of each: who did what to which row,
// when, and in which transaction and trace.
//
// A change's road through this package:
//
//	connection ─► pgoutput ─► transaction ─► row ─► batch ─► the pipeline
//	     ▲        decodes      joins the      │      │
//	     │                     context        │      ▼
//	     └──────────── status ◄── progress ◄──┴── delivery
//
// Postgres hands a transaction over when it is committed, so that its rows can go on while
// more of them are being read: memory doesn't depend on its size. A place in the log is
// confirmed when the pipeline has taken everything before it; until then Postgres keeps
// the log, and after a crash all of it comes again with the same ids.
//
// Tables that audit triggers record are passed over until a migration hands them over, in a
// transaction of the log ([crossing]). Until then each change is compared with its audit row
// (parity); from then on its whole rows are kept (journal), so that there is a way back.
package postgreswalreceiver
