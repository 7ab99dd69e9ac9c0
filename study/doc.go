// Package study gathers, from a pack and from users' files, what geo/coverage
// works on: sites d'accueil with a point, people by place, zones and communes; and
// gives back whom the sites reach and where to open others, with what may and may
// not be said of it. It knows no address of a person: a place and a number.
package study
