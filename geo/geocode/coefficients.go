package geocode

// coefficients of the features, made by bench/cmd/fit on the dev half of
// labelled noisy rows (nc, bruz, semi, seed 7, 700 rows a positive class,
// 2000 a negative one, on one line, in columns, in columns with an INSEE code) and on
// real streets taken away, 3 times one in 10, beside 3000 a way of writing that are
// there (the tuned half of the communes).
//
// Reliability on the held half: confidence, rows, mean confidence, share right.
//
//	0.0–0.1     7385  0.0050  0.0066
//	0.1–0.2      206  0.1400  0.1650
//	0.2–0.3      216  0.2590  0.4676
//	0.3–0.4      178  0.3324  0.3371
//	0.4–0.5      113  0.4542  0.5133
//	0.5–0.6       92  0.5466  0.6087
//	0.6–0.7      134  0.6576  0.4552
//	0.7–0.8      182  0.7550  0.7143
//	0.8–0.9      572  0.8659  0.8916
//	0.9–1.0    90283  0.9966  0.9988
//
// Expected calibration error 0.0033.
var coefficients = Features{
	4.5796,   // constante
	-7.2573,  // nom_perdu
	-0.6070,  // mots_en_trop
	-5.8389,  // mots_absents
	-1.4544,  // mot_le_moins_sur
	-4.6867,  // autre_type
	-0.9824,  // sans_type
	0.7583,   // ecart
	0.7998,   // sans_rival
	0.0343,   // ville_perdue
	-10.7434, // autre_ville
	-3.7991,  // sans_ville
	-0.9336,  // autre_code_postal
	-0.2853,  // sans_code_postal
	0.2058,   // insee
	-0.7932,  // autre_insee
	1.4912,   // numero_exact
	-3.5145,  // numero_absent
	-0.5904,  // numero_voisin
	3.7863,   // mots_expliques
	0.2555,   // ville_dans_le_texte
	-0.9294,  // ordre_inverse
	0.4589,   // nom_perdu_carre
	-2.6461,  // mot_en_trop_net
	-0.6834,  // faute_sur_un_seul_mot
	-4.1119,  // prenom_omis
	-4.6372,  // prenom_en_plus
	-2.4224,  // fin_omise
	-5.8620,  // qualificatif
	-6.2098,  // faute_qui_est_un_mot
	-0.5706,  // initiale
	-5.6965,  // autre_partie
	0.0335,   // voies_comparees
	-2.0196,  // faute_parmi_les_voies
	0.1770,   // absents_parmi_les_voies
	-4.1784,  // autre_nom_par_une_faute
	-1.8216,  // autre_nom_par_un_mot
	-1.8218,  // autre_nom_par_un_prenom
	-5.0393,  // type_seul
	-2.1367,  // autre_partie_et_faute
}
