package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/store"
)

type userCmd struct {
	Add     userAddCmd     `cmd:"" help:"Crée un compte et donne le lien de son mot de passe."`
	List    userListCmd    `cmd:"" help:"Liste les comptes."`
	Disable userDisableCmd `cmd:"" help:"Ferme un compte."`
	Token   userTokenCmd   `cmd:"" help:"Crée un jeton d’API pour un compte."`
}

// databaseFlag says where accounts are.
type databaseFlag struct {
	Database string `default:"perimetre.db" placeholder:"FICHIER|postgres://…" env:"PERIMETRE_DATABASE" help:"Base du serveur (perimetre.db par défaut)."`
}

type userAddCmd struct {
	databaseFlag
	trialFlag
	Email      string   `arg:"" help:"Adresse électronique."`
	Name       string   `required:"" help:"Nom de la personne ou du service."`
	Role       string   `required:"" enum:"administrateur,etat,direction,referent,donnees,auditeur,conseiller" help:"administrateur, etat, direction, referent, donnees, auditeur ou conseiller."`
	Unit       []string `placeholder:"CODE" help:"Mission Locale (direction, referent, conseiller), répétable."`
	Counsellor string   `placeholder:"NOM" help:"Nom d’un conseiller, comme l’écrivent les fichiers."`
	Dep        []string `placeholder:"59" help:"Département d’un service de l’État, répétable ; sans lui ni --national, le compte n’en voit aucun."`
	National   bool     `help:"Service de l’État qui voit tous les départements."`
	URL        string   `default:"http://127.0.0.1:8080" placeholder:"URL" help:"Adresse du service, pour le lien."`
}

// Run makes the account.
func (c *userAddCmd) Run(ctx context.Context, std streams, g *Globals) error {
	st, leave, err := c.base(ctx, c.Database)
	if err != nil {
		return err
	}
	defer leave()
	u := store.User{Email: strings.ToLower(c.Email), Name: c.Name, Role: store.Role(c.Role), Units: c.Unit, Departements: c.Dep, National: c.National, Counsellor: c.Counsellor}
	token, err := access.Invite(ctx, st, &u)
	if err != nil {
		return err
	}
	if c.DryRun {
		c.say(g, std, "le compte "+u.Email+" irait dans "+c.Database)
		return nil
	}
	_, err = fmt.Fprintf(std.out, "%s/mot-de-passe?jeton=%s\n", strings.TrimSuffix(c.URL, "/"), token)
	return err
}

type userListCmd struct{ databaseFlag }

// Run prints one line an account.
func (c *userListCmd) Run(ctx context.Context, std streams) error {
	st, err := store.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer st.Close()
	users, err := st.Users(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	for _, u := range users {
		state := "ouvert"
		switch {
		case u.Disabled:
			state = "fermé"
		case u.Password == "":
			state = "sans mot de passe"
		}
		sees := strings.Join(append(slices.Clone(u.Units), u.Departements...), ",")
		if u.National {
			sees = "national"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", u.Email, u.Role, sees, state, u.Name)
	}
	return w.Flush()
}

type userDisableCmd struct {
	databaseFlag
	trialFlag
	Email string `arg:"" help:"Adresse électronique."`
}

// Run closes the account; its sessions and tokens no longer open anything.
func (c *userDisableCmd) Run(ctx context.Context, g *Globals, std streams) error {
	st, leave, err := c.base(ctx, c.Database)
	if err != nil {
		return err
	}
	defer leave()
	u, err := st.UserByEmail(ctx, strings.ToLower(c.Email))
	if err != nil {
		return err
	}
	disabled := true
	if _, err := st.ChangeUser(ctx, u.ID, store.UserChange{Disabled: &disabled}); err != nil {
		return err
	}
	if c.DryRun {
		c.say(g, std, "le compte "+u.Email+" serait fermé")
		return nil
	}
	g.messages(std.err).Info("Compte fermé : " + u.Email)
	return nil
}

type userTokenCmd struct {
	databaseFlag
	trialFlag
	Email string        `arg:"" help:"Adresse électronique."`
	Name  string        `default:"ligne de commande" help:"À quoi sert le jeton."`
	Scope []store.Scope `required:"" placeholder:"PORTÉE" help:"geocodage, lecture, depot, administration ; répétable."`
	Days  int           `default:"90" placeholder:"N" help:"Durée, en jours (90)."`
}

// Run prints the token's text, which is shown once.
func (c *userTokenCmd) Run(ctx context.Context, std streams, g *Globals) error {
	for _, s := range c.Scope {
		if !slices.Contains(store.Scopes, s) {
			return &fault.Error{Kind: fault.Usage, Message: "--scope", Expected: "geocodage, lecture, depot, administration", Seen: string(s)}
		}
	}
	if c.Days < 1 || c.Days > access.MaxTokenDays {
		return &fault.Error{Kind: fault.Usage, Message: "--days", Expected: fmt.Sprintf("de 1 à %d jours", access.MaxTokenDays), Seen: fmt.Sprint(c.Days)}
	}
	st, leave, err := c.base(ctx, c.Database)
	if err != nil {
		return err
	}
	defer leave()
	u, err := st.UserByEmail(ctx, strings.ToLower(c.Email))
	if err != nil {
		return err
	}
	_, text, err := access.NewToken(ctx, st, access.Of(&u), c.Name, c.Scope, c.Days)
	if err != nil {
		return err
	}
	if c.DryRun {
		c.say(g, std, fmt.Sprintf("un jeton de %s pour %s", counted(c.Days, "jour"), u.Email))
		return nil
	}
	_, err = fmt.Fprintln(std.out, text)
	return err
}
