package main

import (
	"context"

	"perimetre/batch"
	"perimetre/ingest/table"
)

type geocodeCmd struct {
	tableFlags
}

// Run appends to each row of a table what the geocoder finds.
func (c *geocodeCmd) Run(ctx context.Context, g *Globals, std streams) error {
	o, err := c.options(g, std)
	if err != nil {
		return err
	}
	pack, err := g.openPack()
	if err != nil {
		return err
	}
	defer pack.Close()
	o.NewSearch = searches(pack)
	return c.run(ctx, &o, std, func(ctx context.Context, in *table.Reader, out batch.Writer) (batch.Summary, error) {
		sum, err := batch.Geocode(ctx, o, in, out)
		sum.Pack = pack.ID
		return sum, err
	})
}
