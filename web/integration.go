package web

// Integration is the page that shows the field for addresses, and how a form takes it.
type Integration struct {
	Layout
	Field string // path of its script
	Host  string // this server's address, as others write it
}

func (*Integration) view() string { return "integration" }
