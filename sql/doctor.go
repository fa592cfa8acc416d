package sql

import _ "embed"

// What `activityctl doctor` asks. Each statement takes few rights, and says in its
// first lines what it looks for.
var (
	//go:embed queries/doctor_role.sql
	DoctorRole string
	//go:embed queries/doctor_settings.sql
	DoctorSettings string
	//go:embed queries/doctor_commit_overrides.sql
	DoctorCommitOverrides string
	//go:embed queries/doctor_partitions.sql
	DoctorPartitions string
	//go:embed queries/doctor_indexes_invalid.sql
	DoctorIndexesInvalid string
	//go:embed queries/doctor_indexes_unused.sql
	DoctorIndexesUnused string
	//go:embed queries/doctor_rollups.sql
	DoctorRollups string
	//go:embed queries/doctor_upkeep.sql
	DoctorUpkeep string
	//go:embed queries/doctor_slots.sql
	DoctorSlots string
	//go:embed queries/doctor_public.sql
	DoctorPublic string
	//go:embed queries/doctor_change.sql
	DoctorChange string
	//go:embed queries/doctor_bypass.sql
	DoctorBypass string
	//go:embed queries/doctor_reader.sql
	DoctorReader string
	//go:embed queries/doctor_policies.sql
	DoctorPolicies string
	//go:embed queries/doctor_partition_readers.sql
	DoctorPartitionReaders string
	//go:embed queries/doctor_clock.sql
	DoctorClock string
	//go:embed queries/doctor_sources.sql
	DoctorSources string
	//go:embed queries/doctor_rejected.sql
	DoctorRejected string
)
