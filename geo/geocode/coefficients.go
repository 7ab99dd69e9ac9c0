package geocode

// coefficients of the features, made by bench/cmd/fit on the dev half of
// labelled noisy rows (nc, bruz, semi, seed 7, 700 rows a positive class,
// 2000 a negative one, on one line, in columns, in columns with an INSEE code) and on
// real streets taken away, 3 times one in 10, beside 3000 a way of writing that are
// there (the tuned half of the communes).
//
// Reliability on the held half: confidence, rows, mean confidence, share right.
//
//	0.0–0.1     5928  0.0058  0.0091
//	0.1–0.2      178  0.1362  0.1685
//	0.2–0.3      215  0.2614  0.4326
//	0.3–0.4      165  0.3391  0.4424
//	0.4–0.5      102  0.4499  0.5882
//	0.5–0.6       98  0.5502  0.5204
//	0.6–0.7      140  0.6531  0.6143
//	0.7–0.8      166  0.7536  0.7349
//	0.8–0.9      503  0.8655  0.9026
//	0.9–1.0    89855  0.9970  0.9991
//
// Expected calibration error 0.0032.
var coefficients = Features{
	5.0176,   // constante
	-6.1933,  // nom_perdu
	-0.5364,  // mots_en_trop
	-5.8547,  // mots_absents
	-2.0731,  // mot_le_moins_sur
	-4.6376,  // autre_type
	-1.3078,  // sans_type
	0.4780,   // ecart
	0.9621,   // sans_rival
	0.0225,   // ville_perdue
	-11.2374, // autre_ville
	-3.9953,  // sans_ville
	-0.6833,  // autre_code_postal
	-0.1466,  // sans_code_postal
	0.3973,   // insee
	-0.7822,  // autre_insee
	1.6080,   // numero_exact
	-3.4676,  // numero_absent
	-0.5127,  // numero_voisin
	3.5391,   // mots_expliques
	0.3373,   // ville_dans_le_texte
	-0.8405,  // ordre_inverse
	-0.8632,  // nom_perdu_carre
	-2.6113,  // mot_en_trop_net
	-1.4737,  // faute_sur_un_seul_mot
	-3.6167,  // prenom_omis
	-4.8906,  // prenom_en_plus
	-2.3623,  // fin_omise
	-5.9388,  // qualificatif
	-6.1984,  // faute_qui_est_un_mot
	-0.2335,  // initiale
	-5.1000,  // autre_partie
	-0.1686,  // voies_comparees
	-1.7593,  // faute_parmi_les_voies
	0.1521,   // absents_parmi_les_voies
	-4.1065,  // autre_nom_par_une_faute
	-2.3421,  // autre_nom_par_un_mot
	-1.7623,  // autre_nom_par_un_prenom
	-5.0282,  // type_seul
	-2.3862,  // autre_partie_et_faute
	3.1927,   // prenom_en_plus_au_numero
}
