package migration

import _ "embed"

// What this package asks the application's database.
var (
	//go:embed oldest.sql
	oldestSQL string
	//go:embed pressure.sql
	pressureSQL string
	//go:embed message.sql
	messageSQL string
	//go:embed confirmed.sql
	confirmedSQL string
	//go:embed position.sql
	positionSQL string
	//go:embed given_back_add.sql
	givenBackAddSQL string
	//go:embed given_back_known.sql
	givenBackKnownSQL string
	//go:embed given_back_forget.sql
	givenBackForgetSQL string
	//go:embed restored_create.sql
	restoredCreateSQL string
	//go:embed restored_known.sql
	restoredKnownSQL string
	//go:embed restored_add.sql
	restoredAddSQL string
	//go:embed restored_drop.sql
	restoredDropSQL string
)
