package people

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"perimetre/server/access"
	"perimetre/server/store"
)

// Purge takes the addresses out of the rows that are old at an instant, removes the
// older ones, and shortens the audit log.
func Purge(ctx context.Context, st *store.Store, now time.Time, log *slog.Logger) error {
	x, err := ReadSettlement(ctx, st)
	if err != nil {
		return err
	}
	all, err := st.Aged(ctx)
	if err != nil {
		return err
	}
	take := func(p *store.Person, f *store.File) { Reduce(p, f.Intake.Fields) }
	var reduced, removed int64
	for i := range all {
		var n int64
		switch reduce, remove := x.due(&all[i], now); {
		case remove:
			n, err = st.RemoveAged(ctx, all[i])
			removed += n
		case reduce:
			n, err = st.ReduceAged(ctx, all[i], take)
			reduced += n
		}
		if err != nil {
			return err
		}
	}
	if err := st.ForgetTexts(ctx); err != nil {
		return err
	}
	lines, err := st.TrimAudit(ctx, now.AddDate(0, -x.AuditMonths, 0))
	if err == nil && reduced+removed+lines > 0 {
		log.Info("purge", "reduites", reduced, "retirees", removed, "lignes_de_journal", lines)
	}
	if err == nil && reduced+removed > 0 {
		err = st.Record(ctx, access.Program("purge").Entry("purge", "", "lignes retirées : "+strconv.FormatInt(removed, 10), int(reduced)))
	}
	return err
}
