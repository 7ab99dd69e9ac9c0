package geocode

// coefficients of the features, made by bench/cmd/fit on the dev half of
// labelled noisy rows (nc, bruz, semi, seed 7, 700 rows a positive class,
// 2000 a negative one, on one line, in columns, in columns with an INSEE code) and on
// real streets taken away, 3 times one in 10, beside 3000 a way of writing that are
// there (the tuned half of the communes).
//
// Reliability on the held half: confidence, rows, mean confidence, share right.
//
//	0.0–0.1     6636  0.0054  0.0069
//	0.1–0.2      208  0.1413  0.1346
//	0.2–0.3      217  0.2584  0.5115
//	0.3–0.4      171  0.3330  0.3801
//	0.4–0.5      106  0.4499  0.4528
//	0.5–0.6      111  0.5477  0.6757
//	0.6–0.7      145  0.6564  0.5586
//	0.7–0.8      164  0.7545  0.7500
//	0.8–0.9      528  0.8625  0.8788
//	0.9–1.0    90092  0.9968  0.9987
//
// Expected calibration error 0.0029.
var coefficients = Features{
	4.5773,   // constante
	-6.7419,  // nom_perdu
	-0.6207,  // mots_en_trop
	-5.8455,  // mots_absents
	-2.0603,  // mot_le_moins_sur
	-4.6556,  // autre_type
	-1.2527,  // sans_type
	0.7752,   // ecart
	0.7379,   // sans_rival
	0.0249,   // ville_perdue
	-10.8749, // autre_ville
	-3.9772,  // sans_ville
	-0.8454,  // autre_code_postal
	-0.2192,  // sans_code_postal
	0.2658,   // insee
	-0.8454,  // autre_insee
	1.6299,   // numero_exact
	-3.4345,  // numero_absent
	-0.5868,  // numero_voisin
	4.0117,   // mots_expliques
	0.2830,   // ville_dans_le_texte
	-0.8630,  // ordre_inverse
	-0.0471,  // nom_perdu_carre
	-2.7193,  // mot_en_trop_net
	-1.3601,  // faute_sur_un_seul_mot
	-4.1074,  // prenom_omis
	-4.5019,  // prenom_en_plus
	-2.4111,  // fin_omise
	-5.8874,  // qualificatif
	-6.1776,  // faute_qui_est_un_mot
	-0.4371,  // initiale
	-5.8458,  // autre_partie
	-0.0420,  // voies_comparees
	-1.7392,  // faute_parmi_les_voies
	0.1668,   // absents_parmi_les_voies
	-4.0573,  // autre_nom_par_une_faute
	-1.8066,  // autre_nom_par_un_mot
	-1.4557,  // autre_nom_par_un_prenom
	-5.0665,  // type_seul
	0,        // autre_partie_et_faute
}
