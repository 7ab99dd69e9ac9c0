package address

import "strings"

// GivenName reports whether a folded word is a given name that streets bear: people
// leave it out, or add it, and mean the same street ("rue Louis Pasteur").
func GivenName(word string) bool { return givenNames[word] }

// Title reports whether a folded, opened word is a rank, an office or a manner of
// address that stands before a person's name ("docteur", "abbé", "maréchal").
func Title(word string) bool { return titles[word] }

// Qualifier reports whether a folded word distinguishes a street from another of the same
// name: "Vieux Moulin", "Faubourg de Paris", "prolongée". Such a word is never forgiven.
func Qualifier(word string) bool {
	return qualifiers[word] || strings.HasPrefix(word, "prolonge")
}

// Month reports whether a folded word is a month: a year after it may be left out.
func Month(word string) bool { return months[word] }

var titles = set(`docteur general marechal colonel capitaine commandant lieutenant sergent adjudant aspirant caporal soldat major amiral
	president senateur depute ministre maire gouverneur ambassadeur prefet professeur instituteur maitre
	ingenieur inspecteur abbe chanoine cardinal monseigneur eveque cure pere mere frere freres soeur soeurs pasteur madame
	monsieur mademoiselle comte comtesse duc duchesse marquis marquise baron baronne vicomte chevalier prince princesse
	resistant brigadier gendarme aviateur bienheureux`)

var qualifiers = set(`faubourg porte gare pont vieux vieil vieille vieilles ancien ancienne anciens anciennes petit petite petits petites
	grand grande grands grandes haut haute hauts hautes bas basse basses nouveau nouvel nouvelle neuf neuve neuves nord sud est ouest
	superieur superieure inferieur inferieure premier premiere second seconde deuxieme saint sainte sous gros grosse long longue
	interieur exterieur gauche droite bis ter arriere avant derriere`)

var givenNames = set(`abel abraham achille adam adele adelaide adeline adolphe adrien adrienne agathe agnes aime aimee alain alban albert alberte
	albertine albin alcide alexandre alexandrine alexis alfred alice aline alix alphonse alphonsine amable amand amans ambroise amedee
	amelie anais anatole andre andree ange angele angeline anna annabelle anne annette annie anselme anthelme anthime antoine
	antoinette antonin antonio antony apollinaire ariane aristide armand armande armel arnaud arnold arsene arthur astrid auguste
	augustin augustine aurele aurelie aurelien axel aymeric baptiste baptistin barnabe barthelemy bartholome basile bastien baudouin
	beatrice benedicte benjamin benoit berenger bernadette bernard bernardin berthe bertin bertrand blaise blanche boniface boris
	brigitte bruno camille carl carlo carlos carole caroline casimir catherine cecile cecilia cedric celestin celestine celine cesaire
	cesar chantal charles charlie charlotte christel christian christiane christine christophe claire clara claude claudine claudius
	clemence clement clementine clotaire clotilde clovis colette come constance constant constantin corentin corinne cornelie cyprien
	cyril cyrille damien daniel daniele danielle david delphin delphine denis denise desire desiree didier diego dieudonne dimitri
	dominique donatien dora edgar edgard edith edmee edmond edmonde edouard edward elena eleonore eliane elias elie eliette elisa
	elisabeth elise elisee eloi eloise elsa emile emilie emilien emilienne emma emmanuel emmanuelle emmanuele enzo erasme eric erich
	ernest ernestine erwan esther etienne etiennette eugene eugenie eulalie eustache evariste eve fabien fabre fabrice fanny felicie
	felicien felicite felix fernand fernande ferdinand ferreol fidele firmin flavien fleury flora florence florent florentin
	florian florimond francine francis francisque franck franco francois francoise frank franklin franz frederic frederick frederique
	fridtjof fulbert gabriel gabrielle gaetan galilee gaspard gaston gautier genevieve geoffroy george georges georgette
	georgina gerald geraldine gerard germain germaine germinal gertrude gervais ghislain ghislaine gilbert gilberte gildas gilles gino
	giovanni gisele giuseppe gontran gonzague gregoire guillaume gustave guy gwenael hannah harry hector helene helie heloise henri
	henriette henry herbert hermann hermine herve hilaire hilarion hippolyte honore honorine horace hortense hubert hugo hugues
	humbert hyacinthe ian ida ignace igor ilan imre ines ingrid irene irenee iris isaac isabelle isidore ivan jack jackie
	jacqueline jacques james jane janine jean jeanne jeannette jehan jeremie jerome jim joachim joel joelle johan johann john
	jonas jordan jorge jose joseph josephe josephine josette joseline josiane josue juan jude jules julie julien julienne juliette
	julius just justin justine karine karl katherine kleber ladislas lambert laura laure laurence laurent laurette lazare lea leandre
	leo leon leonard leonce leone leonid leonie leontine leopold leopoldine liliane lilian linus lino lionel lise lisette loic lola
	lothaire louis louise louison luc luce lucette lucie lucien lucienne lucile ludovic ludwig lydia lydie lyse mac madeleine
	magali magdeleine malvina manon manuel marc marceau marcel marceline marcelin marcelle marcellin marcien marco marcus margaret
	margot marguerite maria marianne marie marielle marietta mariette marin marina marine mario marion marius marjolaine marthe
	martial martin martine martinien maryse mathieu mathilde mathurin matteo matthieu maurice max maxence maxime maximilien
	maximin medard melanie michel michele micheline michelle miguel mireille modeste moise monique mstislav muriel myriam nadia
	nadine napoleon narcisse nathalie nelly nelson nestor nicephore nicolas nicole ninon noel noelie noelle norbert octave octavie
	octavien odette odile odilon olaf olga olivier olympe oscar oswald otto pablo pacome pascal pascaline patrice patricia patrick
	paul paula paule paulette paulin pauline pedro peter philbert philemon philibert philippe philippine philomene pierre pierrette
	pol prosper quentin rachel raoul raphael raymond raymonde regine regis reine remi remy renaud rene renee ricardo richard
	rita robert roberte roberto robin roch rodolphe roger roland rolande romain romane romeo romuald ronan rosa rosalie rosario rose
	roselyne rosemonde rosine roxane ruben rudolf ruth sabine sacha sadi salomon salvador salvator samuel sandrine sara sarah
	saturnin sebastien segolene serafin seraphin serge sergio severin severine sidoine sidonie sigismond simeon simon simone
	solange sonia sophie soizic stanislas stefan stella stephan stephane stephanie suzanne suzette suzon sybille sylvain
	sylvaine sylvere sylvester sylvestre sylvette sylviane sylvie tancrede tania terence teresa theo theodore theodule theophile
	theophraste therese thibaud thibault thierry thomas tino tiphaine toussaint tristan ulysse urbain ursule valentin valentine
	valere valerie valery veronique victoire victor victoria victorin victorine vincent violette virgile virginie vital vivien
	viviane vladimir walter wilfrid wilhelm william winston wolfgang xavier yann yannick yolande yves yvette yvon yvonne
	zacharie zephirin zoe`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
