package web

// OwnList is what a counsellor sees: the addresses to complete of the people whom they follow.
type OwnList struct {
	Layout
	Action     string
	Unit       string
	Counsellor string // as the files write it
	Items      []OwnItem
	Answered   int
}

// OwnItem is an address to complete.
type OwnItem struct {
	ID, Person, Entry, Branch, Address, Missing string
	Answers                                     []Choice
}

func (*OwnList) view() string { return "ownlist" }
