package data

import "perimetre/geo"

const (
	licenceOuverte = "Licence Ouverte 2.0"
	mel            = "200093201" // SIREN of the Métropole européenne de Lille
)

// The dates of the zonings, and the acts that give them.
var (
	// Décrets 2014-1750 (métropole) and 2014-1751 (overseas) of 30 December 2014,
	// in force on 1 January 2015.
	qpv2015From, qpv2015Known = geo.MustDate("2015-01-01"), geo.MustDate("2014-12-31")
	// Décret 2023-1314 of 28 December 2023, published on the 29th, in force on
	// 1 January 2024 in métropole; décret 2024-806 of 13 July 2024 corrects names and
	// communes alone.
	qpv2024From, qpv2024Known = geo.MustDate("2024-01-01"), geo.MustDate("2023-12-29")
	// FRR replaced ZRR on 1 July 2024 (loi de finances 2024, article 73). The list of
	// 10 July 2025 (arrêtés of 9 and 10 July 2025) reaches back to it; FRR+ counts
	// from 1 January 2025, which the kernel knows.
	frrFrom = geo.MustDate("2024-07-01")
	// ZRR: arrêtés of 16 March 2017 and 22 February 2018, by the communes of 2021 (COG):
	// the file says nothing of earlier communes. Prolonged to 30 June 2024.
	zrr2021From, zrrTo = geo.MustDate("2021-01-01"), geo.MustDate("2024-06-30")
)

func qpv2015(completeFor ...string) Term {
	return Term{Zoning: geo.QPV, Version: "2015", ValidFrom: qpv2015From, ValidTo: qpv2024From.AddDays(-1), KnownFrom: qpv2015Known, CompleteFor: completeFor}
}

func qpv2024(completeFor ...string) Term {
	return Term{Zoning: geo.QPV, Version: "2024", ValidFrom: qpv2024From, KnownFrom: qpv2024Known, CompleteFor: completeFor}
}

// frr dates an FRR list known from a day.
func frr(known geo.Date) Term {
	return Term{Zoning: geo.FRR, Version: known.String()[:7], ValidFrom: frrFrom, KnownFrom: known, CompleteFor: []string{"*"}}
}

func zrr2021() Term {
	return Term{Zoning: geo.ZRR, Version: "2021", ValidFrom: zrr2021From, ValidTo: zrrTo, KnownFrom: zrr2021From, CompleteFor: []string{"*"}}
}

// Catalogue lists the official sources.
func Catalogue() []Source {
	const ban = "https://adresse.data.gouv.fr/data/ban/adresses/latest/"
	return []Source{
		{ID: "qpv-2024", Title: "Contours des quartiers prioritaires, génération 2024", Kind: KindZoning, Term: qpv2024("*"),
			URL:  "https://www.data.gouv.fr/api/1/datasets/r/942d4ee8-8142-4556-8ea1-335537ce1119",
			Path: "qpv/qpv2024-france.geojson", Licence: licenceOuverte + " (ANCT)",
			Format: "GeoJSON (WGS84 ou Lambert-93), seul ou dans un zip ; ou shapefile, GeoPackage"},
		{ID: "qpv-2015", Title: "Contours des quartiers prioritaires, génération 2015", Kind: KindZoning, Term: qpv2015("*"),
			Path: "qpv/qpv2015-france.zip", Licence: licenceOuverte + " (ANCT)",
			Format: "shapefile QP_METROPOLEOUTREMER_WGS84_EPSG4326 (zip) ou GeoJSON",
			Ask:    "ANCT, page « Quartiers prioritaires de la politique de la ville » de www.data.gouv.fr"},
		{ID: "frr", Title: "Communes classées France Ruralités Revitalisation (FRR, FRR+)", Kind: KindZoning, Term: frr(geo.MustDate("2025-07-10")),
			Path: "zonages/frr-2025-07-10.csv", Licence: licenceOuverte + " (DGCL)",
			Format: "CSV « Code_insee ; Departement ; Commune ; Classement FRR et FRR+ au … »",
			Ask:    "DGCL, rubrique France Ruralités Revitalisation de www.collectivites-locales.gouv.fr"},
		{ID: "zrr", Title: "Communes classées en zone de revitalisation rurale (ZRR)", Kind: KindZoning, Term: zrr2021(),
			Path: "zonages/zrr-2021.csv", Licence: licenceOuverte + " (ANCT)",
			Format: "CSV « CODGEO ; ZRR_SIMP »",
			Ask:    "ANCT, Observatoire des territoires (www.observatoire-des-territoires.gouv.fr)"},
		{ID: "communes", Title: "Table des communes : noms, codes postaux, population, EPCI", Kind: KindCommunes,
			URL:  "https://geo.api.gouv.fr/communes?fields=code,nom,codesPostaux,population,codeEpci,codeDepartement&format=json",
			Path: "communes/communes-france.json", Licence: licenceOuverte + " (Etalab, INSEE, La Poste)", Format: "JSON de geo.api.gouv.fr, ou CSV"},
		{ID: "cog-communes", Title: "Code officiel géographique : communes d’aujourd’hui, déléguées et associées", Kind: KindCommunes,
			Path: "communes/v_commune.csv", Licence: licenceOuverte + " (INSEE)", Format: "CSV v_commune_AAAA.csv",
			Ask: "INSEE, page « Code officiel géographique » de www.insee.fr (une adresse par millésime)"},
		{ID: "cog-mouvements", Title: "Code officiel géographique : fusions et scissions de communes", Kind: KindCOGMoves,
			Path: "communes/v_mvt_commune.csv", Licence: licenceOuverte + " (INSEE)", Format: "CSV v_mvt_commune_AAAA.csv",
			Ask: "INSEE, page « Code officiel géographique » de www.insee.fr (une adresse par millésime)"},
		{ID: "contours", Title: "Contours des communes", Kind: KindContours,
			URL:  "https://geo.api.gouv.fr/departements/{dep}/communes?format=geojson&geometry=contour",
			Path: "communes/communes-{dep}.geojson", Licence: licenceOuverte + " (IGN, Etalab)", Format: "GeoJSON"},
		{ID: "contours-france", Title: "Contours des communes de toute la France, à 5 m", Kind: KindContours, InPlaceOf: "contours",
			URL:  "https://etalab-datasets.geo.data.gouv.fr/contours-administratifs/2026/geojson/communes-5m.geojson.gz",
			Path: "communes/communes-5m.geojson.gz", Licence: licenceOuverte + " (IGN, Etalab)", Format: "GeoJSON compressé par gzip"},
		{ID: "ban", Title: "Base Adresse Nationale : adresses", Kind: KindAddresses,
			URL: ban + "csv/adresses-{dep}.csv.gz", Path: "ban/adresses-{dep}.csv.gz", Licence: licenceOuverte + " (BAN)", Format: "CSV compressé par gzip"},
		{ID: "ban-lieux-dits", Title: "Base Adresse Nationale : lieux-dits", Kind: KindLocalities,
			URL: ban + "csv/lieux-dits-{dep}-beta.csv.gz", Path: "ban/lieux-dits-{dep}-beta.csv.gz", Licence: licenceOuverte + " (BAN)", Format: "CSV compressé par gzip"},
		{ID: "ban-addok", Title: "Base Adresse Nationale : format addok, à la place du CSV", Kind: KindAddok, InPlaceOf: "ban",
			URL: ban + "addok/adresses-addok-{dep}.ndjson.gz", Path: "ban/adresses-addok-{dep}.ndjson.gz", Licence: licenceOuverte + " (BAN)", Format: "NDJSON compressé par gzip"},
		{ID: "bal", Title: "Bases Adresses Locales, pour un département sans fichier de la BAN", Kind: KindBAL,
			Path: "ban/bal-commune.csv", Licence: licenceOuverte + " (communes)", Format: "CSV au format BAL 1.3 à 1.5, « bal » dans le nom du fichier",
			Ask: "la commune, ou mes-adresses.data.gouv.fr"},
		// A département has fewer than a hundred Missions Locales, the API's largest page.
		{ID: "missions-locales", Title: "Missions Locales de l’annuaire de service-public.gouv.fr", Kind: KindSites,
			URL: "https://api-lannuaire.service-public.gouv.fr/api/explore/v2.1/catalog/datasets/api-lannuaire-administration/records" +
				"?where=pivot%20LIKE%20%22mission_locale%22%20AND%20startswith(code_insee_commune%2C%22{dep}%22)&limit=100",
			Path: "missions-locales/annuaire-{dep}.json", Licence: licenceOuverte + " (DILA)", Format: "JSON de l’annuaire"},
		{ID: "missions-locales-structures", Title: "Missions Locales : codes et noms usuels", Kind: KindMissions,
			Path: "missions-locales/structures-2026.csv", Licence: "selon le fournisseur", Format: "CSV « code_ml ; nom_ml ; adresse ; code_postal ; ville »",
			Ask: "Union nationale des Missions Locales (UNML) ou association régionale"},
		{ID: "missions-locales-noms", Title: "Noms usuels des Missions Locales, table à remplir", Kind: KindUsualNames,
			Path: "missions-locales/noms-usuels.csv", Licence: "la vôtre", Format: "CSV « code ; nom usuel »",
			Ask: "à écrire soi-même"},
		{ID: "missions-locales-territoires", Title: "Communes de chaque Mission Locale", Kind: KindTerritories,
			Path: "missions-locales/couverture-2026.csv", Licence: "selon le fournisseur", Format: "CSV « code_insee ; code_ml »",
			Ask: "Union nationale des Missions Locales (UNML) ou association régionale"},
		{ID: "sites", Title: "Sites d’accueil : sièges, antennes, permanences, relais", Kind: KindSites,
			Path: "missions-locales/sites.csv", Licence: "selon le fournisseur", Format: "CSV : type, nom, adresse ou coordonnées, ouverture, du, au, hébergeur",
			Ask: "chaque Mission Locale, ou l’association régionale"},
		{ID: "horaires", Title: "Horaires des bus et des trains, un fichier par réseau", Kind: KindTimetable,
			Path: "horaires/reseau.zip", Licence: "selon le réseau (Licence Ouverte ou ODbL)", Format: "GTFS (zip)",
			Ask: "transport.data.gouv.fr, ou la région et l’agglomération"},
		{ID: "population", Title: "Jeunes par commune et par QPV, pour la part attendue", Kind: KindPopulation,
			Path: "population/jeunes.csv", Licence: "selon le fournisseur", Format: "CSV ou XLSX de l’INSEE, ou « code_insee ; code_qpv ; jeunes »",
			Ask: "INSEE (population par âge des communes, estimations des QPV), ou un tableau à soi"},
	}
}
