package geocode

// coefficients of the features, made by bench/cmd/fit on the dev half of
// labelled noisy rows (nc, bruz, semi, seed 7, 2000 rows a positive class,
// 5000 a negative one, on one line, in columns, in columns with an INSEE code).
//
// Reliability on the held half: confidence, rows, mean confidence, share right.
//
//	0.0–0.1     6386  0.0079  0.0069
//	0.1–0.2      295  0.1528  0.0237
//	0.2–0.3      240  0.2430  0.2208
//	0.3–0.4      191  0.3427  0.2094
//	0.4–0.5      110  0.4486  0.2364
//	0.5–0.6       96  0.5625  0.3021
//	0.6–0.7      232  0.6556  0.6422
//	0.7–0.8      209  0.7504  0.6364
//	0.8–0.9      525  0.8627  0.8476
//	0.9–1.0   137508  0.9989  0.9988
//
// Expected calibration error 0.0012.
var coefficients = Features{
	5.9483,   // constante
	-10.4774, // nom_perdu
	3.4455,   // mots_en_trop
	-4.1928,  // mots_absents
	-6.6395,  // mot_le_moins_sur
	-6.6788,  // autre_type
	-2.0808,  // sans_type
	2.3601,   // ecart
	-0.2076,  // sans_rival
	0.0456,   // ville_perdue
	-11.1313, // autre_ville
	0.1141,   // sans_ville
	-1.6691,  // autre_code_postal
	-0.3449,  // sans_code_postal
	0.1094,   // insee
	-2.0434,  // autre_insee
	1.3599,   // numero_exact
	-3.2317,  // numero_absent
	-1.5967,  // numero_voisin
	2.2719,   // mots_expliques
	0.0418,   // ville_dans_le_texte
	-5.7513,  // ordre_inverse
	-7.7429,  // nom_perdu_carre
	-2.9242,  // mot_en_trop_net
	-0.4112,  // faute_sur_un_seul_mot
}
