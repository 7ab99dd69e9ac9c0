package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"perimetre/data"
	"perimetre/geo/fault"
)

type dataExportCmd struct {
	trialFlag
	Pack   string `arg:"" optional:"" default:"pack" name:"référentiel" help:"Dossier du référentiel géographique (pack à défaut)."`
	Output string `short:"o" required:"" placeholder:"FICHIER" help:"Fichier à écrire, un seul : .tar.zst ; « - » est la sortie standard."`
}

// Run writes the pack as one file.
func (c dataExportCmd) Run(std streams, g *Globals) error {
	bar := g.bytesBar(std.err)
	defer bar.clear()
	var m data.Manifest
	err := c.whole(g, std, c.Output, func(w io.Writer) (err error) {
		m, err = data.Export(c.Pack, w, func(done, total int64) { bar.show("export", done, total) })
		return err
	})
	if err != nil {
		return err
	}
	bar.clear()
	say := g.messages(std.err)
	if m.Signed == nil {
		say.Warn("Référentiel non signé : qui le reçoit devra l’accepter sans preuve. « perimetre data sign » le signe.")
	}
	if !c.DryRun {
		say.Info("référentiel " + m.ID + " exporté dans " + c.Output + signedText(m.Signed))
	}
	return nil
}

// networkFlags are how to go out of a closed network.
type networkFlags struct {
	Proxy string `placeholder:"URL" help:"Mandataire (proxy) ; à défaut, HTTPS_PROXY."`
	CA    string `name:"ca" placeholder:"FICHIER" help:"Autorité de certification du réseau, format PEM."`
}

type dataImportCmd struct {
	networkFlags
	trialFlag

	From       string   `arg:"" name:"fichier" help:"Fichier fait par « data export », ou son adresse (https://…)."`
	To         string   `placeholder:"DOSSIER" default:"pack" help:"Dossier du référentiel géographique (pack à défaut)."`
	TrustedKey []string `name:"trusted-key" sep:"none" placeholder:"CLÉ" help:"Clé publique à qui vous faites confiance : un fichier .pub ou son texte (répétable)."`
	Untrusted  bool     `help:"Accepte un référentiel que rien ne vérifie ; il reste « non signé »."`
}

// Run verifies a pack that someone else built and puts it in service.
func (c dataImportCmd) Run(ctx context.Context, std streams, g *Globals) error {
	to, leave, err := c.folder(c.To)
	if err != nil {
		return err
	}
	defer leave()
	o := data.ImportOptions{From: c.From, Pack: to, Untrusted: c.Untrusted, Proxy: c.Proxy, CA: c.CA}
	for _, text := range c.TrustedKey {
		k, err := data.ReadPublicKey(text)
		if err != nil {
			return err
		}
		o.Keys = append(o.Keys, k)
	}
	bar := g.bytesBar(std.err)
	o.Progress = bar.show
	m, err := data.Import(ctx, o)
	bar.clear()
	if err != nil {
		return err
	}
	say := g.messages(std.err)
	if m.Signed == nil {
		say.Warn("Référentiel accepté sans signature : rien ne prouve qui l’a construit.")
	}
	if c.DryRun {
		c.say(g, std, "le référentiel "+m.ID+", vérifié"+signedText(m.Signed)+", irait dans "+c.To)
		return nil
	}
	say.Info(fmt.Sprintf("référentiel %s en place dans %s%s : %s, %s", m.ID, c.To, signedText(m.Signed),
		counted(int(m.Stats.Index.Addresses), "adresse"), counted(m.Stats.Communes, "commune")))
	return nil
}

// signedText returns the end of a sentence on a pack: who signed it and when.
func signedText(s *data.Signature) string {
	if s == nil {
		return ", non signé"
	}
	return ", " + s.Text()
}

type dataSignCmd struct {
	trialFlag
	Pack string `arg:"" optional:"" default:"pack" name:"référentiel" help:"Dossier du référentiel géographique (pack à défaut)."`
	Key  string `required:"" placeholder:"FICHIER" help:"Clé secrète, de « perimetre data key » ou de minisign."`
	By   string `required:"" placeholder:"NOM" help:"Au nom de qui : ce nom se lira « signé par … »."`
}

// Run signs the current pack of a folder.
func (c dataSignCmd) Run(std streams, g *Globals) error {
	key, err := data.ReadSecretKey(c.Key, func() (string, error) { return password(std, "Mot de passe de la clé : ") })
	if err != nil {
		return err
	}
	if c.DryRun {
		p, err := data.Open(c.Pack)
		if err != nil {
			return err
		}
		defer p.Close()
		c.say(g, std, "le référentiel "+p.ID+" serait signé par "+c.By+" (clé "+data.KeyID(key.ID())+")")
		return nil
	}
	m, err := data.Sign(c.Pack, key, c.By, time.Now())
	if err != nil {
		return err
	}
	g.messages(std.err).Info("référentiel " + m.ID + signedText(m.Signed) + " (clé " + m.Signed.Key + ")")
	return nil
}

type dataKeyCmd struct {
	trialFlag
	To              string `arg:"" name:"fichier" help:"Clé secrète à écrire ; la clé publique va à côté, dans FICHIER.pub."`
	WithoutPassword bool   `name:"without-password" help:"Clé secrète en clair, pour une tâche planifiée."`
}

// Run makes a pair of keys.
func (c dataKeyCmd) Run(std streams, g *Globals) error {
	word := ""
	if !c.WithoutPassword {
		var err error
		if word, err = password(std, "Mot de passe de la nouvelle clé : "); err != nil {
			return err
		}
		if word == "" {
			return &fault.Error{Kind: fault.Usage, Message: "mot de passe vide", Expected: "un mot de passe, ou --without-password"}
		}
	}
	to, leave, err := c.folder(c.To)
	if err != nil {
		return err
	}
	defer leave()
	if c.DryRun {
		for _, name := range []string{c.To, c.To + ".pub"} {
			if _, err := os.Lstat(name); err == nil {
				return fault.New(fault.Conflict, "%s existe déjà : une clé n’est jamais remplacée", name)
			}
		}
	}
	pub, err := data.NewKey(to, word)
	if err != nil {
		return err
	}
	if c.DryRun {
		c.say(g, std, "une clé irait dans "+c.To+" et "+c.To+".pub")
		return nil
	}
	g.messages(std.err).Info("clé " + data.KeyID(pub.ID()) + " : gardez " + c.To + " pour vous, donnez " + c.To + ".pub à qui importe vos référentiels")
	return nil
}

// password reads a password: $PERIMETRE_KEY_PASSWORD, else the terminal, without showing
// it.
func password(std streams, ask string) (string, error) {
	if word, ok := os.LookupEnv("PERIMETRE_KEY_PASSWORD"); ok {
		return word, nil
	}
	in, ok := std.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return "", &fault.Error{Kind: fault.Usage, Message: "mot de passe à donner", Expected: "un terminal, ou $PERIMETRE_KEY_PASSWORD"}
	}
	fmt.Fprint(std.err, ask)
	b, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(std.err)
	if err != nil {
		return "", fault.Wrap(fault.Input, err, "mot de passe illisible")
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}
