package demo

import "strings"

// Word lists of the fictional territory. Surnames, things and saints are ordinary
// French; names of places are made up from syllables.

func list(s string) []string { return strings.Fields(s) }

var (
	townHeads = list("Orv Brum Tarv Morv Velm Quinv Falm Serv Lunv Barn Corv Drav Esquim Gaum Halv Jarn Lanv Maurn Norv Ouvr Perv Ravin Saum Torv Urv Varn Ysom Zelm Belv Chav Dorv Ferv Griv Houm Kerv Lorv Mirv Naum Plav Rocv Avr Sorn Tiv Vign Yol Brév Crév Glom Frav Prov Trév Argol Oslan Umbr Iliv")
	townMids  = list("e i o ou ai a ei oi eu au ui él ér or an en on in il ar")
	townTails = list("couvre vègue lorme signe brac nelle dans soire ney lleuil vange boul rens vières daux leaux mette sonne zolles faille nard becque sdun slieu gny drac lande mance nesque pilles quin roles stin tenne vance zac bief clin douze fège gance")
	rivers    = list("Ourlande Brivère Sévande Talouse Vernelle Morgane Isorne Lurène Gavelle Ambrelle Foulaine Tarsenne Ysarde Croulle Bessande Nivoire Orsenne Mauvène")
	saints    = list("Orvin Baldrin Méréol Gaudril Ysarn Tresse Volmar Ambrel Corvin Firmeux Galdin Horbert Isandre Jorlan Lirmin Mardouin Norvan Oudrin Pervin Quirel")
	saintes   = list("Lurette Ambrine Corvale Isaure-des-Brumes Mérane Orsène Tréphale Ysabeau-du-Lac Volande Galdine")

	givenNames = list("Jean Pierre Marie Louis Paul Jacques Henri André Georges Charles Marcel René Albert Maurice Émile Jules Lucien Léon Eugène Alfred " +
		"François Robert Roger Raymond Simone Marguerite Louise Jeanne Germaine Hélène Suzanne Édouard Gustave Victor Étienne Antoine Camille Claude Denis " +
		"Fernand Gaston Hubert Irène Joséphine Lucie Madeleine Nicolas Odette Philippe Rosa Thérèse Yvonne Alice Anatole Auguste Berthe Clément Désiré")
	surnameHeads = list("Dela Beau Char Mont Lefe Car Gau Ver Mar Bou Pel Rou Tis Val Cor Du Fa Gran Hau Ja Lam Mo Nau Per Quen Ri Sau Tho Vas Wa Bar Cha De Fon Gi Her Lan Mer Pou Ra")
	surnameMids  = list("ve ri lo na ti bou ne la mi ro dou sse lle ge vi po re ni to ma cha que le bi va do re")
	surnameTails = list("court rand lier nier tier veau mont det lot rin son chard bert quet zeau lain vrain tel roux doux teau zier gnon ban dier ron rel sard taud vin")

	plurals = list("Vergers Prés Champs Peupliers Chênes Cerisiers Pommiers Noyers Saules Bleuets Coquelicots Marronniers Platanes Ormes Frênes Genêts " +
		"Alouettes Hirondelles Mésanges Rossignols Merles Hérons Bergers Tanneurs Meuniers Forgerons Tisserands Mineurs Filatures Remparts Fossés Étangs " +
		"Sources Marais Glycines Primevères Violettes Jonquilles Tilleuls Lilas Acacias Roses Églantiers Bruyères Fougères Carrières Vignes Moissons " +
		"Capucines Pervenches Cigognes Grives Fauvettes Loriots Charmes Bouleaux Sapins Mûriers Groseilliers Sabotiers Potiers Chaudronniers Cordiers Écluses")
	singulars = list("Vallon Lavoir Calvaire Puits Four Pont Port Parc Marché Presbytère Couvent Prieuré Colombier Verger Bosquet Ruisseau Canal Lac Phare Beffroi " +
		"Moulin Château Stade Cimetière Temple Manège Rempart Gué Bac Pressoir Tertre Plateau Ravin Carrefour Square Kiosque Théâtre Hameau")
	common = strings.Split("Rue de l'Église|Rue du Moulin|Rue Pasteur|Rue Victor Hugo|Grande Rue|Rue de la Mairie|Place de l'Église|Rue Émile Zola|"+
		"Rue du Château|Rue de la Gare|Rue de la République|Rue du Général de Gaulle|Rue Gambetta|Rue des Écoles|Rue du 8 Mai 1945|Rue du 11 Novembre|"+
		"Rue Voltaire|Place de la République|Rue du Stade|Rue des Lilas|Allée des Lilas|Impasse des Lilas|Rue du Maréchal Foch|Rue Jean Jaurès|"+
		"Avenue Jean Jaurès|Rue Carnot|Rue Nationale|Rue Neuve|Rue du Bois|Rue d'en Bas|Rue d'en Haut|Rue Saint-Martin|Rue Saint-Pierre|Rue Notre-Dame|"+
		"Rue Jean Moulin|Avenue de la Gare|Boulevard de la Liberté|Rue Pierre Curie|Rue Marie Curie|Rue Louise Michel|Rue Lamartine|Rue Lavoisier|"+
		"Chemin du Moulin|Route du Moulin|Place du Marché|Rue du Cimetière|Rue de la Fontaine|Rue des Jardins|Rue des Prés|Chemin des Prés|Rue Haute|"+
		"Rue Basse|Rue de la Paix|Rue de Verdun|Rue du Presbytère|Impasse du Moulin|Rue du Docteur Roux|Quai de la Marne", "|")
	roadTypes = []weighted{{"Rue", 55}, {"Chemin", 8}, {"Impasse", 9}, {"Allée", 8}, {"Avenue", 6}, {"Place", 4}, {"Route", 3}, {"Boulevard", 2},
		{"Square", 1}, {"Passage", 1}, {"Résidence", 2}, {"Sentier", 1}, {"Ruelle", 1}, {"Cour", 1}, {"Cité", 2}, {"Clos", 1}, {"Lotissement", 1}}
	honours  = []string{"du Général", "du Docteur", "du Colonel", "du Président", "du Maréchal", "du Commandant", "de l'Abbé", "du Capitaine", "du Professeur", "du Lieutenant"}
	months   = list("Janvier Février Mars Avril Mai Juin Juillet Août Septembre Octobre Novembre Décembre")
	hamlets  = []string{"Le ", "La Ferme du ", "Hameau du ", "Les ", "Le Petit ", "Le Grand ", "Moulin du ", "Clos du "}
	quarters = []string{"Les Forges", "Les Hauts-Prés", "Cité des Tisserands", "Le Grand Large", "Les Salines", "La Verrerie", "Les Ormeaux", "Beau Rivage",
		"Les Trois Moulins", "La Corderie", "Les Alouettes", "Champ du Phare", "La Briqueterie", "Le Port Neuf", "Les Quatre Vents", "La Filature",
		"Les Peupliers", "Cité Jardin", "Le Vieux Bassin", "Les Coquelicots", "La Roseraie", "Les Marais", "Pont des Brumes", "Le Belvédère"}
)

type weighted struct {
	word   string
	weight int
}
