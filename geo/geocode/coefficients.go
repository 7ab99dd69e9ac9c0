package geocode

// coefficients of the features, made by bench/cmd/fit on the dev half of
// labelled noisy rows (nc, bruz, semi, seed 7, 2000 rows a positive class,
// 5000 a negative one, on one line, in columns, in columns with an INSEE code).
//
// Reliability on the held half: confidence, rows, mean confidence, share right.
//
//	0.0–0.1     6720  0.0086  0.0070
//	0.1–0.2      276  0.1589  0.0145
//	0.2–0.3      248  0.2464  0.2258
//	0.3–0.4      180  0.3531  0.2278
//	0.4–0.5      106  0.4424  0.2264
//	0.5–0.6      110  0.5642  0.3818
//	0.6–0.7      219  0.6599  0.6027
//	0.7–0.8      207  0.7457  0.6860
//	0.8–0.9      549  0.8651  0.8324
//	0.9–1.0   137496  0.9989  0.9988
//
// Expected calibration error 0.0012.
var coefficients = Features{
	6.1499,   // constante
	-10.1939, // nom_perdu
	3.1674,   // mots_en_trop
	-4.2789,  // mots_absents
	-6.8250,  // mot_le_moins_sur
	-6.5790,  // autre_type
	-1.9628,  // sans_type
	2.1083,   // ecart
	0.1331,   // sans_rival
	0.1430,   // ville_perdue
	-11.2246, // autre_ville
	0.1158,   // sans_ville
	-1.5047,  // autre_code_postal
	-0.3038,  // sans_code_postal
	0.1073,   // insee
	-2.0654,  // autre_insee
	1.2291,   // numero_exact
	-3.3145,  // numero_absent
	-1.6404,  // numero_voisin
	1.9486,   // mots_expliques
	0.0246,   // ville_dans_le_texte
	-5.7319,  // ordre_inverse
	-7.7804,  // nom_perdu_carre
	-2.9484,  // mot_en_trop_net
	-0.6513,  // faute_sur_un_seul_mot
}
