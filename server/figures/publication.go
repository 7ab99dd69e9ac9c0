package figures

import (
	"context"
	"slices"

	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/server/access"
)

// publicVeil hides what a reader of every quarter of a year, and of the year, could find
// again: each of them may be published.
func (s *Service) publicVeil(ctx context.Context, who *access.Principal, q Question, res *quota.Result) (*quota.Veil, error) {
	year := int(res.Period.From.Year)
	family := []quota.Period{quota.Year(year)}
	for n := 1; n <= 4; n++ {
		family = append(family, quota.Quarter(year, n))
	}
	if !slices.Contains(family, res.Period) {
		return nil, fault.New(fault.Usage, "un rapport à publier porte sur un trimestre ou une année")
	}
	var together []*quota.Result // in one order, whichever is asked for: the masks are the same
	for _, p := range family {
		if p == res.Period {
			together = append(together, res)
			continue
		}
		q.Period = p
		other, err := s.compute(ctx, who, q)
		switch {
		case err != nil && fault.KindOf(err) == fault.NotFound:
			continue // nothing to publish
		case err != nil:
			return nil, err
		}
		together = append(together, other)
	}
	sight := q.Rule.Sight(quota.Everybody)
	publication, err := quota.Publish(together, sight.Totals, nil)
	if err != nil {
		return nil, err
	}
	return publication.Veil(res, sight), nil
}
