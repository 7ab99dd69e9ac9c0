package opening

import (
	"regexp"
	"strings"
)

// osmDays are the days of OpenStreetMap's opening_hours, which data·inclusion uses
// (https://wiki.openstreetmap.org/wiki/Key:opening_hours).
var osmDays = map[string]string{"Mo": "lundi", "Tu": "mardi", "We": "mercredi", "Th": "jeudi", "Fr": "vendredi", "Sa": "samedi", "Su": "dimanche"}

var (
	reOSM     = regexp.MustCompile(`^\s*(Mo|Tu|We|Th|Fr|Sa|Su|PH|SH|24/7)\b`)
	reOSMDay  = regexp.MustCompile(`\b(Mo|Tu|We|Th|Fr|Sa|Su)(?:\[([-\d,]+)\])?`)
	reOSMOff  = regexp.MustCompile(`(?i)\b(off|closed)\b`)
	reOSMText = regexp.MustCompile(`"([^"]*)"`)
	reOSMRest = regexp.MustCompile(`\b(PH|SH)\b,?`)
)

// osmPattern writes an opening_hours of OpenStreetMap as Parse reads it; ok is
// false for another text. Holidays and closings are left out.
func osmPattern(s string) (out string, ok bool) {
	if !reOSM.MatchString(s) {
		return "", false
	}
	if strings.TrimSpace(s) == "24/7" {
		return "lundi au dimanche", true
	}
	var rules []string
	for rule := range strings.SplitSeq(strings.ReplaceAll(s, "||", ";"), ";") {
		rule = strings.TrimSpace(rule)
		note := reOSMText.FindStringSubmatch(rule)
		rule = strings.TrimSpace(reOSMRest.ReplaceAllString(reOSMText.ReplaceAllString(rule, ""), ""))
		if rule == "" || reOSMOff.MatchString(rule) || !reOSMDay.MatchString(rule) {
			continue
		}
		rule = reOSMDay.ReplaceAllStringFunc(rule, func(m string) string {
			part := reOSMDay.FindStringSubmatch(m)
			day := osmDays[part[1]]
			var weeks []string
			for n := range strings.SplitSeq(part[2], ",") {
				if w := map[string]string{"1": "1er", "2": "2e", "3": "3e", "4": "4e", "5": "5e", "-1": "dernier"}[n]; w != "" {
					weeks = append(weeks, w)
				}
			}
			if len(weeks) > 0 {
				return strings.Join(weeks, " et ") + " " + day
			}
			return day
		})
		if note != nil && strings.Contains(strings.ToLower(note[1]), "rendez") {
			rule += " sur rendez-vous"
		}
		rules = append(rules, rule)
	}
	return strings.Join(rules, " ; "), len(rules) > 0
}
