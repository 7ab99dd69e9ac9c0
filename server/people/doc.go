// Package people takes the files that Missions Locales send, keeps of each row the
// columns that are needed, flags it with the batch pipeline, chunk by chunk, and
// gives the rows back as a flagged table.
package people

import (
	"perimetre/ingest/table"
)

// Kept are the fields that are kept of a row; another column is
// dropped, and named.
var Kept = []table.Field{
	table.Person, table.Unit, table.Programme, table.EntryDate, table.Renewal, table.FirstEntry, table.CEJEnd,
	table.Number, table.Street, table.Complement, table.Postcode, table.City, table.CityCode, table.Address, table.Country,
	table.FlagQPV, table.BirthDate, table.RQTH, table.Counsellor, table.Branch, table.AddressDate, table.Housing, table.Outcome,
}

// located are the fields from which an address could be told.
var located = []table.Field{table.Number, table.Street, table.Complement, table.Address, table.Postcode, table.City, table.CityCode}

// Usage stands with every row of a person.
const Usage = "Usage statistique et de pilotage : ne peut fonder, à elle seule, une décision concernant un jeune"
