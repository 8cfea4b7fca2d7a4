package beacon

// App is the application that the page belongs to.
type App struct{ Name, Version, Environment, Namespace string }

// ByTag returns the member that a tag of that name commonly sets; nil for other tags.
func (a *App) ByTag(tag string) *string {
	switch tag {
	case "app", "service":
		return &a.Name
	case "version":
		return &a.Version
	case "env", "environment":
		return &a.Environment
	}
	return nil
}

// AppOf returns the application from the tags of a page.
func AppOf(tags []Tag) (app App) {
	for _, tag := range tags {
		if member := app.ByTag(tag.Key); member != nil && *member == "" {
			*member = tag.Value
		}
	}
	return app
}
