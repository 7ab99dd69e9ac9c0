package geocode

// coefficients of the features, made by bench/cmd/fit on the dev half of
// labelled noisy rows (nc, bruz, semi, seed 7, 2000 rows a positive class,
// 5000 a negative one, on one line, in columns, in columns with an INSEE code).
//
// Reliability on the held half: confidence, rows, mean confidence, share right.
//
//	0.0–0.1     8367  0.0070  0.0057
//	0.1–0.2      333  0.1483  0.0300
//	0.2–0.3      369  0.2393  0.1409
//	0.3–0.4      188  0.3458  0.2660
//	0.4–0.5      117  0.4409  0.1368
//	0.5–0.6      129  0.5529  0.2868
//	0.6–0.7      188  0.6476  0.6011
//	0.7–0.8      244  0.7418  0.6639
//	0.8–0.9      459  0.8585  0.8627
//	0.9–1.0   137576  0.9987  0.9987
//
// Expected calibration error 0.0014.
var coefficients = Features{
	6.5048,   // constante
	-12.2084, // nom_perdu
	2.5796,   // mots_en_trop
	-7.0737,  // mots_absents
	-6.1478,  // mot_le_moins_sur
	-6.4288,  // autre_type
	-1.0382,  // sans_type
	3.3435,   // ecart
	-0.9139,  // sans_rival
	0.0442,   // ville_perdue
	-11.4417, // autre_ville
	-5.3238,  // sans_ville
	-1.6207,  // autre_code_postal
	-0.4673,  // sans_code_postal
	0.2460,   // insee
	-1.9939,  // autre_insee
	1.0539,   // numero_exact
	-3.5104,  // numero_absent
	-1.6407,  // numero_voisin
	0.8081,   // mots_expliques
	0.1682,   // ville_dans_le_texte
	-5.5281,  // ordre_inverse
	-5.1542,  // nom_perdu_carre
	-3.2526,  // mot_en_trop_net
	-0.8521,  // faute_sur_un_seul_mot
}
