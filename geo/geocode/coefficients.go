package geocode

// coefficients of the features, made by bench/cmd/fit on the dev half of
// labelled noisy rows (nc, bruz, semi, seed 7, 700 rows a positive class,
// 2000 a negative one, on one line, in columns, in columns with an INSEE code) and on
// real streets taken away, 3 times one in 10, beside 3000 a way of writing that are
// there (the tuned half of the communes).
//
// Reliability on the held half: confidence, rows, mean confidence, share right.
//
//	0.0–0.1     6576  0.0056  0.0058
//	0.1–0.2      219  0.1425  0.1187
//	0.2–0.3      224  0.2590  0.4598
//	0.3–0.4      208  0.3332  0.4183
//	0.4–0.5      123  0.4467  0.4797
//	0.5–0.6      128  0.5454  0.5938
//	0.6–0.7      128  0.6547  0.6094
//	0.7–0.8      163  0.7553  0.7791
//	0.8–0.9      445  0.8601  0.8562
//	0.9–1.0    90165  0.9970  0.9987
//
// Expected calibration error 0.0025.
var coefficients = Features{
	4.7040,   // constante
	-7.4042,  // nom_perdu
	-0.1886,  // mots_en_trop
	-3.7657,  // mots_absents
	-1.3868,  // mot_le_moins_sur
	-4.6155,  // autre_type
	-0.9693,  // sans_type
	1.1737,   // ecart
	0.4626,   // sans_rival
	0.0231,   // ville_perdue
	-10.9929, // autre_ville
	-4.0799,  // sans_ville
	-0.8050,  // autre_code_postal
	-0.2232,  // sans_code_postal
	0.2445,   // insee
	-0.8502,  // autre_insee
	1.5579,   // numero_exact
	-3.4823,  // numero_absent
	-0.3348,  // numero_voisin
	3.5281,   // mots_expliques
	0.2607,   // ville_dans_le_texte
	-0.7259,  // ordre_inverse
	-0.9602,  // nom_perdu_carre
	-2.7328,  // mot_en_trop_net
	-1.4375,  // faute_sur_un_seul_mot
	-4.0848,  // prenom_omis
	-4.5780,  // prenom_en_plus
	-2.3646,  // fin_omise
	-5.8899,  // qualificatif
	-6.1956,  // faute_qui_est_un_mot
	-0.3238,  // initiale
	-5.2030,  // autre_partie
	-0.0502,  // voies_comparees
	-1.6895,  // faute_parmi_les_voies
	0.2331,   // absents_parmi_les_voies
	-4.0940,  // autre_nom_par_une_faute
	-2.1570,  // autre_nom_par_un_mot
	-1.4480,  // autre_nom_par_un_prenom
	-5.0898,  // type_seul
}
