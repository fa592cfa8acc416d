package main

import (
	"context"
	"time"
)

// scenarios are all that is tried, in the order of the table.
var scenarios = []*scenario{
	{name: "collector killed with -9, ten times", fault: killed},
	{name: "collector killed again while it starts", fault: killedStarting},
	{name: "collector told to end under load", fault: ended},
	{name: "collector told to end while postgres is down", fault: endedWithoutPostgres},
	{name: "postgres stopped for 30 s", fault: stopped},
	{name: "postgres crashes", fault: crashed},
	{name: "postgres frozen", fault: frozen},
	{name: "postgres fails over to another address", through: 2, fault: failedOver},
	{name: "connection cut in the middle of a COPY", through: 1, fault: cut},
	{name: "connections half open", through: 1, fault: halfOpen},
	{name: "200 ms of latency", through: 1, fault: delayed},
	{name: "1 % of packets reset the connection", through: 1, fault: reset},
	{name: "the queue's disk is full", before: smallQueueDisk, fault: queueDiskFull},
	{name: "collector killed while the queue's disk is full", before: smallQueueDisk, fault: killedWithFullDisk},
	{name: "the database's disk is full", before: smallDatabaseDisk, fault: databaseDiskFull},
	{name: "schema missing", before: dropSchema, fault: nothing},
	{name: "partition missing", fault: partitionMissing},
	{name: "table locked for 20 s", fault: locked},
	{name: "out of connections", fault: outOfConnections},
	{name: "statement timeout", fault: statementTimeout},
	{name: "deadlock with a foreign transaction", fault: deadlocked},
	{name: "the database's password changes", before: withPassword, fault: passwordChanged},
	{name: "two collectors, the same records", collectors: 2, fault: nothing, verify: onEach},
	{name: "four collectors, the same records", collectors: 4, fault: nothing, verify: onEach},
	{name: "out of order by a year, 1970 and 2262", at: oddTimes, fault: nothing, verify: shows(oddTimesStored)},
	{name: "clocks jump back", at: func(int) time.Time { return jumpingClock() }, observed: jumpingClock, fault: nothing, verify: shows(clockWentBack)},
	{name: "hostile records in the load", before: readHostile, fault: sendHostile, verify: neighboursStored},
	{name: "slow postgres, small full queue", through: 1, perTick: heavyLoad, before: smallQueues, fault: overflown, verify: withinMemory},
}

func nothing(context.Context, *rig) error { return nil }
