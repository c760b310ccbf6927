//! Regions, departments and towns of France.
//!
//! Populations in thousands, rounded, after the census; they only spread
//! agencies and calls over the country.

use crate::calendar::Zone;

/// A region.
pub(crate) struct Region {
    pub code: &'static str,
    pub name: &'static str,
    pub zone: Zone,
}

/// A department, its share of the country and towns that have an agency,
/// the main one first.
pub(crate) struct Department {
    pub number: &'static str,
    pub name: &'static str,
    pub region: &'static str,
    pub population_thousands: u32,
    pub towns: &'static str,
}

const fn mainland(code: &'static str, name: &'static str) -> Region {
    Region {
        code,
        name,
        zone: Zone::Paris,
    }
}

const fn overseas(
    code: &'static str,
    name: &'static str,
    zone: &'static str,
    offset_hours: i64,
) -> Region {
    Region {
        code,
        name,
        zone: Zone::Fixed {
            name: zone,
            offset_hours,
        },
    }
}

/// The 18 regions.
pub(crate) const REGIONS: [Region; 18] = [
    mainland("ARA", "Auvergne-Rhône-Alpes"),
    mainland("BFC", "Bourgogne-Franche-Comté"),
    mainland("BRE", "Bretagne"),
    mainland("CVL", "Centre-Val de Loire"),
    mainland("COR", "Corse"),
    mainland("GES", "Grand Est"),
    mainland("HDF", "Hauts-de-France"),
    mainland("IDF", "Île-de-France"),
    mainland("NOR", "Normandie"),
    mainland("NAQ", "Nouvelle-Aquitaine"),
    mainland("OCC", "Occitanie"),
    mainland("PDL", "Pays de la Loire"),
    mainland("PAC", "Provence-Alpes-Côte d'Azur"),
    overseas("GLP", "Guadeloupe", "America/Guadeloupe", -4),
    overseas("MTQ", "Martinique", "America/Martinique", -4),
    overseas("GUF", "Guyane", "America/Cayenne", -3),
    overseas("REU", "La Réunion", "Indian/Reunion", 4),
    overseas("MYT", "Mayotte", "Indian/Mayotte", 3),
];

/// What tells two agencies of one town apart, in this order.
pub(crate) const QUARTERS: [&str; 10] = [
    "Centre",
    "Nord",
    "Sud",
    "Est",
    "Ouest",
    "Gare",
    "Université",
    "République",
    "Hippodrome",
    "Jean Jaurès",
];

const fn department(
    number: &'static str,
    name: &'static str,
    region: &'static str,
    population_thousands: u32,
    towns: &'static str,
) -> Department {
    Department {
        number,
        name,
        region,
        population_thousands,
        towns,
    }
}

/// The 101 departments.
#[rustfmt::skip] // one department a line
pub(crate) const DEPARTMENTS: [Department; 101] = [
    department("01", "Ain", "ARA", 670, "Bourg-en-Bresse|Oyonnax|Ambérieu-en-Bugey|Belley|Trévoux|Bellegarde-sur-Valserine|Montluel|Ferney-Voltaire"),
    department("02", "Aisne", "HDF", 525, "Laon|Saint-Quentin|Soissons|Château-Thierry|Chauny|Hirson|Tergnier"),
    department("03", "Allier", "ARA", 335, "Moulins|Montluçon|Vichy|Cusset|Yzeure"),
    department("04", "Alpes-de-Haute-Provence", "PAC", 166, "Digne-les-Bains|Manosque|Sisteron"),
    department("05", "Hautes-Alpes", "PAC", 141, "Gap|Briançon|Embrun"),
    department("06", "Alpes-Maritimes", "PAC", 1110, "Nice|Antibes|Cannes|Grasse|Cagnes-sur-Mer|Menton|Le Cannet|Vallauris|Saint-Laurent-du-Var|Carros|Mandelieu"),
    department("07", "Ardèche", "ARA", 332, "Privas|Annonay|Aubenas|Tournon-sur-Rhône|Guilherand-Granges"),
    department("08", "Ardennes", "GES", 268, "Charleville-Mézières|Sedan|Rethel|Revin"),
    department("09", "Ariège", "OCC", 155, "Foix|Pamiers|Saint-Girons"),
    department("10", "Aube", "GES", 311, "Troyes|Romilly-sur-Seine|Bar-sur-Aube|Sainte-Savine"),
    department("11", "Aude", "OCC", 377, "Carcassonne|Narbonne|Castelnaudary|Limoux|Lézignan-Corbières"),
    department("12", "Aveyron", "OCC", 279, "Rodez|Millau|Villefranche-de-Rouergue|Decazeville"),
    department("13", "Bouches-du-Rhône", "PAC", 2060, "Marseille Joliette|Marseille Belle de Mai|Marseille Prado|Marseille Carré Gabriel|Marseille Château-Gombert|Marseille Saint-Gabriel|Marseille Blancarde|Marseille Pharo|Marseille Mourepiane|Marseille Bonneveine|Aix-en-Provence|Martigues|Aubagne|Istres|Salon-de-Provence|Arles|Vitrolles|Marignane|La Ciotat|Gardanne|Miramas|Tarascon|Châteaurenard"),
    department("14", "Calvados", "NOR", 700, "Caen|Hérouville-Saint-Clair|Lisieux|Bayeux|Vire|Mondeville|Falaise|Honfleur|Dives-sur-Mer"),
    department("15", "Cantal", "ARA", 144, "Aurillac|Saint-Flour|Mauriac"),
    department("16", "Charente", "NAQ", 351, "Angoulême|Cognac|Soyaux|Confolens|Ruffec"),
    department("17", "Charente-Maritime", "NAQ", 665, "La Rochelle|Rochefort|Saintes|Royan|Saint-Jean-d'Angély|Jonzac|Marennes|Surgères"),
    department("18", "Cher", "CVL", 299, "Bourges|Vierzon|Saint-Amand-Montrond|Sancerre"),
    department("19", "Corrèze", "NAQ", 240, "Tulle|Brive-la-Gaillarde|Ussel"),
    department("2A", "Corse-du-Sud", "COR", 165, "Ajaccio|Porto-Vecchio|Propriano"),
    department("2B", "Haute-Corse", "COR", 185, "Bastia|Corte|L'Île-Rousse"),
    department("21", "Côte-d'Or", "BFC", 535, "Dijon|Beaune|Chenôve|Montbard|Quetigny|Châtillon-sur-Seine"),
    department("22", "Côtes-d'Armor", "BRE", 606, "Saint-Brieuc|Lannion|Dinan|Guingamp|Lamballe|Loudéac|Paimpol"),
    department("23", "Creuse", "NAQ", 115, "Guéret|Aubusson"),
    department("24", "Dordogne", "NAQ", 414, "Périgueux|Bergerac|Sarlat|Terrasson|Nontron|Montpon-Ménestérol"),
    department("25", "Doubs", "BFC", 549, "Besançon|Montbéliard|Pontarlier|Morteau|Audincourt|Baume-les-Dames"),
    department("26", "Drôme", "ARA", 522, "Valence|Romans-sur-Isère|Montélimar|Pierrelatte|Crest|Nyons"),
    department("27", "Eure", "NOR", 600, "Évreux|Vernon|Louviers|Pont-Audemer|Bernay|Val-de-Reuil|Les Andelys"),
    department("28", "Eure-et-Loir", "CVL", 431, "Chartres|Dreux|Châteaudun|Nogent-le-Rotrou|Lucé"),
    department("29", "Finistère", "BRE", 922, "Quimper|Brest Europe|Brest Iroise|Morlaix|Concarneau|Landerneau|Carhaix|Douarnenez|Quimperlé|Pont-l'Abbé|Châteaulin"),
    department("30", "Gard", "OCC", 763, "Nîmes|Alès|Bagnols-sur-Cèze|Beaucaire|Vauvert|Le Vigan|Villeneuve-lès-Avignon|Saint-Gilles"),
    department("31", "Haute-Garonne", "OCC", 1440, "Toulouse Capitole|Toulouse Bellefontaine|Toulouse La Plaine|Toulouse Occitane|Toulouse Jolimont|Toulouse Croix-de-Pierre|Blagnac|Colomiers|Muret|Saint-Gaudens|Portet-sur-Garonne|Balma|Revel|Castanet-Tolosan|Saint-Jean"),
    department("32", "Gers", "OCC", 192, "Auch|Condom|L'Isle-Jourdain"),
    department("33", "Gironde", "NAQ", 1680, "Bordeaux Centre|Bordeaux Bastide|Bordeaux Mériadeck|Bordeaux Saint-Jean|Mérignac|Pessac|Talence|Bègles|Lormont|Cenon|Le Bouscat|Libourne|Langon|Arcachon|La Teste-de-Buch|Pauillac|Blaye|Saint-André-de-Cubzac|Villenave-d'Ornon|Saint-Médard-en-Jalles"),
    department("34", "Hérault", "OCC", 1220, "Montpellier Celleneuve|Montpellier Croix d'Argent|Montpellier Millénaire|Montpellier Mas de Grille|Béziers|Sète|Lunel|Agde|Frontignan|Bédarieux|Clermont-l'Hérault|Castelnau-le-Lez|Pézenas|Ganges"),
    department("35", "Ille-et-Vilaine", "BRE", 1120, "Rennes Centre|Rennes Poterie|Rennes Atalante|Rennes Villejean|Saint-Malo|Fougères|Vitré|Redon|Montfort-sur-Meu|Combourg|Bruz|Cesson-Sévigné"),
    department("36", "Indre", "CVL", 217, "Châteauroux|Issoudun|Le Blanc"),
    department("37", "Indre-et-Loire", "CVL", 615, "Tours|Joué-lès-Tours|Saint-Pierre-des-Corps|Amboise|Chinon|Loches|Saint-Cyr-sur-Loire"),
    department("38", "Isère", "ARA", 1290, "Grenoble|Échirolles|Fontaine|Saint-Martin-d'Hères|Meylan|Vienne|Bourgoin-Jallieu|Voiron|Villefontaine|Roussillon|La Tour-du-Pin|La Mure|Pontcharra|Saint-Marcellin|Crolles"),
    department("39", "Jura", "BFC", 258, "Lons-le-Saunier|Dole|Saint-Claude|Champagnole"),
    department("40", "Landes", "NAQ", 426, "Mont-de-Marsan|Dax|Parentis-en-Born|Saint-Paul-lès-Dax|Tarnos|Hagetmau"),
    department("41", "Loir-et-Cher", "CVL", 328, "Blois|Vendôme|Romorantin-Lanthenay|Salbris"),
    department("42", "Loire", "ARA", 768, "Saint-Étienne Bellevue|Saint-Étienne Fauriel|Saint-Étienne Clapier|Roanne|Saint-Chamond|Firminy|Montbrison|Feurs|Andrézieux-Bouthéon|Rive-de-Gier"),
    department("43", "Haute-Loire", "ARA", 228, "Le Puy-en-Velay|Monistrol-sur-Loire|Brioude"),
    department("44", "Loire-Atlantique", "PDL", 1470, "Nantes Malakoff|Nantes Viarme|Nantes Beaulieu|Nantes Erdre|Nantes Nord|Saint-Herblain|Rezé|Orvault|Saint-Nazaire|Saint-Sébastien-sur-Loire|Châteaubriant|Ancenis|Pornic|Blain|Clisson|Guérande|Trignac|Machecoul"),
    department("45", "Loiret", "CVL", 684, "Orléans|Montargis|Fleury-les-Aubrais|Gien|Pithiviers|Saint-Jean-de-Braye|Olivet|Beaugency"),
    department("46", "Lot", "OCC", 175, "Cahors|Figeac|Souillac"),
    department("47", "Lot-et-Garonne", "NAQ", 331, "Agen|Villeneuve-sur-Lot|Marmande|Tonneins|Nérac"),
    department("48", "Lozère", "OCC", 77, "Mende|Saint-Chély-d'Apcher"),
    department("49", "Maine-et-Loire", "PDL", 823, "Angers Balzac|Angers Europe|Angers Capucins|Cholet|Saumur|Segré|Trélazé|Doué-en-Anjou|Beaupréau|Avrillé"),
    department("50", "Manche", "NOR", 493, "Saint-Lô|Cherbourg|Avranches|Granville|Coutances|Carentan"),
    department("51", "Marne", "GES", 566, "Reims Clairmarais|Reims Jadart|Reims La Neuvillette|Châlons-en-Champagne|Épernay|Vitry-le-François|Sézanne"),
    department("52", "Haute-Marne", "GES", 169, "Chaumont|Saint-Dizier|Langres"),
    department("53", "Mayenne", "PDL", 306, "Laval|Mayenne|Château-Gontier"),
    department("54", "Meurthe-et-Moselle", "GES", 732, "Nancy Gentilly|Nancy Joffre|Nancy Cristallerie|Vandœuvre-lès-Nancy|Lunéville|Toul|Pont-à-Mousson|Longwy|Briey|Villers-lès-Nancy"),
    department("55", "Meuse", "GES", 181, "Bar-le-Duc|Verdun|Commercy"),
    department("56", "Morbihan", "BRE", 772, "Vannes|Lorient|Auray|Pontivy|Lanester|Ploërmel|Hennebont|Questembert|Sarzeau"),
    department("57", "Moselle", "GES", 1050, "Metz Sébastopol|Metz Blida|Metz Pontiffroy|Thionville|Forbach|Sarreguemines|Saint-Avold|Hayange|Sarrebourg|Creutzwald|Rombas|Yutz|Woippy"),
    department("58", "Nièvre", "BFC", 201, "Nevers|Cosne-Cours-sur-Loire|Decize"),
    department("59", "Nord", "HDF", 2610, "Lille Port-Fluvial|Lille Vaucanson|Lille République|Lille Fives|Lille Grand Sud|Roubaix Centre|Roubaix Est|Tourcoing Centre|Tourcoing Nord|Villeneuve-d'Ascq|Dunkerque Centre|Dunkerque Littoral|Grande-Synthe|Valenciennes|Anzin|Denain|Saint-Amand-les-Eaux|Douai|Sin-le-Noble|Somain|Cambrai|Caudry|Le Cateau|Maubeuge|Aulnoye-Aymeries|Fourmies|Hazebrouck|Armentières|Halluin|Seclin|Haubourdin|Lomme|Condé-sur-l'Escaut|Gravelines"),
    department("60", "Oise", "HDF", 830, "Beauvais|Compiègne|Creil|Nogent-sur-Oise|Méru|Noyon|Crépy-en-Valois|Clermont-de-l'Oise|Senlis|Pont-Sainte-Maxence"),
    department("61", "Orne", "NOR", 276, "Alençon|Flers|Argentan|L'Aigle"),
    department("62", "Pas-de-Calais", "HDF", 1460, "Arras|Calais Centre|Calais Hoverport|Boulogne-sur-Mer|Lens|Liévin|Béthune|Bruay-la-Buissière|Hénin-Beaumont|Carvin|Saint-Omer|Longuenesse|Berck|Lillers|Nœux-les-Mines|Bully-les-Mines|Saint-Pol-sur-Ternoise|Outreau|Étaples"),
    department("63", "Puy-de-Dôme", "ARA", 664, "Clermont-Ferrand Jaude|Clermont-Ferrand La Pardieu|Clermont-Ferrand Nord|Riom|Thiers|Issoire|Ambert|Cournon-d'Auvergne|Chamalières"),
    department("64", "Pyrénées-Atlantiques", "NAQ", 693, "Pau Lescar|Pau Université|Bayonne|Anglet|Biarritz|Oloron-Sainte-Marie|Orthez|Mourenx|Saint-Jean-de-Luz"),
    department("65", "Hautes-Pyrénées", "OCC", 230, "Tarbes|Lourdes|Lannemezan"),
    department("66", "Pyrénées-Orientales", "OCC", 487, "Perpignan Kennedy|Perpignan Polygone|Perpignan Massilia|Argelès-sur-Mer|Prades|Céret|Rivesaltes"),
    department("67", "Bas-Rhin", "GES", 1160, "Strasbourg Seegmuller|Strasbourg Meinau|Strasbourg Danube|Strasbourg Hautepierre|Schiltigheim|Illkirch-Graffenstaden|Haguenau|Saverne|Sélestat|Molsheim|Wissembourg|Obernai|Bischwiller|Lingolsheim"),
    department("68", "Haut-Rhin", "GES", 769, "Mulhouse Europe|Mulhouse Drouot|Mulhouse Dornach|Colmar|Saint-Louis|Guebwiller|Thann|Altkirch|Wittelsheim"),
    department("69", "Rhône", "ARA", 1900, "Lyon Bellecour|Lyon Croix-Rousse|Lyon Part-Dieu|Lyon Vaise|Lyon Gerland|Lyon Jean Macé|Lyon Bachut|Villeurbanne Charpennes|Villeurbanne Perralière|Vénissieux|Vaulx-en-Velin|Saint-Priest|Bron|Givors|Oullins|Rillieux-la-Pape|Villefranche-sur-Saône|Tarare|Caluire|Écully|Meyzieu|L'Arbresle|Belleville"),
    department("70", "Haute-Saône", "BFC", 233, "Vesoul|Lure|Gray|Luxeuil-les-Bains"),
    department("71", "Saône-et-Loire", "BFC", 549, "Mâcon|Chalon-sur-Saône|Le Creusot|Montceau-les-Mines|Autun|Louhans|Paray-le-Monial"),
    department("72", "Sarthe", "PDL", 566, "Le Mans Gare|Le Mans Université|Le Mans Ouest|La Flèche|Sablé-sur-Sarthe|La Ferté-Bernard|Mamers"),
    department("73", "Savoie", "ARA", 440, "Chambéry|Aix-les-Bains|Albertville|Saint-Jean-de-Maurienne|Montmélian"),
    department("74", "Haute-Savoie", "ARA", 835, "Annecy|Annemasse|Thonon-les-Bains|Cluses|Sallanches|Rumilly|Seynod|Bonneville|Saint-Julien-en-Genevois"),
    department("75", "Paris", "IDF", 2110, "Paris République|Paris Bastille|Paris Nation|Paris Daumesnil|Paris Bercy|Paris Italie|Paris Tolbiac|Paris Alésia|Paris Vaugirard|Paris Brancion|Paris Beaugrenelle|Paris Auteuil|Paris Ternes|Paris Batignolles|Paris Clichy|Paris Guy Môquet|Paris Ney|Paris La Chapelle|Paris Flandre|Paris Jaurès|Paris Buttes-Chaumont|Paris Belleville|Paris Gambetta|Paris Vitruve|Paris Magenta|Paris Saint-Lazare|Paris Amiral Mouchez|Paris Diderot"),
    department("76", "Seine-Maritime", "NOR", 1260, "Rouen Saint-Sever|Rouen Darnétal|Rouen Cauchoise|Le Havre Vauban|Le Havre Ferrer|Le Havre Porte Océane|Dieppe|Elbeuf|Fécamp|Yvetot|Sotteville-lès-Rouen|Lillebonne|Le Tréport|Barentin|Forges-les-Eaux|Maromme"),
    department("77", "Seine-et-Marne", "IDF", 1450, "Melun|Meaux|Chelles|Torcy|Champs-sur-Marne|Savigny-le-Temple|Dammarie-les-Lys|Fontainebleau|Montereau|Provins|Coulommiers|Nemours|Noisiel|Bussy-Saint-Georges|Roissy-en-Brie|Serris|Combs-la-Ville"),
    department("78", "Yvelines", "IDF", 1460, "Versailles|Mantes-la-Jolie|Mantes-la-Ville|Les Mureaux|Poissy|Sartrouville|Saint-Germain-en-Laye|Trappes|Plaisir|Rambouillet|Guyancourt|Montigny-le-Bretonneux|Houilles|Le Chesnay|Conflans-Sainte-Honorine|Élancourt"),
    department("79", "Deux-Sèvres", "NAQ", 374, "Niort|Bressuire|Parthenay|Thouars|Melle"),
    department("80", "Somme", "HDF", 566, "Amiens Millénaire|Amiens Tellier|Amiens Dury|Abbeville|Péronne|Montdidier|Friville-Escarbotin|Doullens"),
    department("81", "Tarn", "OCC", 395, "Albi|Castres|Gaillac|Mazamet|Graulhet"),
    department("82", "Tarn-et-Garonne", "OCC", 265, "Montauban|Moissac|Castelsarrasin|Caussade"),
    department("83", "Var", "PAC", 1110, "Toulon Claret|Toulon La Garde|Toulon La Valette|Hyères|La Seyne-sur-Mer|Fréjus|Draguignan|Brignoles|Saint-Raphaël|Six-Fours|Le Luc|Saint-Maximin|Saint-Tropez|Sanary-sur-Mer"),
    department("84", "Vaucluse", "PAC", 565, "Avignon Joly Jean|Avignon Réalpanier|Orange|Carpentras|Cavaillon|Apt|Bollène|L'Isle-sur-la-Sorgue"),
    department("85", "Vendée", "PDL", 699, "La Roche-sur-Yon|Les Sables-d'Olonne|Challans|Fontenay-le-Comte|Les Herbiers|Montaigu|Luçon|Saint-Gilles-Croix-de-Vie"),
    department("86", "Vienne", "NAQ", 440, "Poitiers Gare|Poitiers Futuroscope|Châtellerault|Loudun|Montmorillon|Civray"),
    department("87", "Haute-Vienne", "NAQ", 373, "Limoges Jourdan|Limoges Ventadour|Limoges Leclerc|Saint-Junien|Bellac"),
    department("88", "Vosges", "GES", 359, "Épinal|Saint-Dié-des-Vosges|Remiremont|Gérardmer|Neufchâteau"),
    department("89", "Yonne", "BFC", 334, "Auxerre|Sens|Joigny|Avallon|Tonnerre"),
    department("90", "Territoire de Belfort", "BFC", 139, "Belfort|Delle"),
    department("91", "Essonne", "IDF", 1320, "Évry|Corbeil-Essonnes|Massy|Palaiseau|Les Ulis|Savigny-sur-Orge|Athis-Mons|Sainte-Geneviève-des-Bois|Brétigny-sur-Orge|Étampes|Dourdan|Draveil|Brunoy|Juvisy-sur-Orge|Yerres|Arpajon"),
    department("92", "Hauts-de-Seine", "IDF", 1640, "Nanterre|Boulogne-Billancourt|Courbevoie|Colombes|Asnières|Gennevilliers|Clichy|Levallois-Perret|Rueil-Malmaison|Puteaux|Suresnes|Issy-les-Moulineaux|Montrouge|Clamart|Antony|Bagneux|Châtillon|Villeneuve-la-Garenne|Meudon|Neuilly-sur-Seine"),
    department("93", "Seine-Saint-Denis", "IDF", 1680, "Bobigny|Saint-Denis Cathédrale|Saint-Denis Stade de France|Montreuil|Aubervilliers|Pantin|Aulnay-sous-Bois|Drancy|Noisy-le-Grand|Noisy-le-Sec|Bondy|Épinay-sur-Seine|Sevran|Le Blanc-Mesnil|Livry-Gargan|Rosny-sous-Bois|Villepinte|Saint-Ouen|La Courneuve|Stains|Neuilly-sur-Marne|Tremblay-en-France|Clichy-sous-Bois|Bagnolet"),
    department("94", "Val-de-Marne", "IDF", 1420, "Créteil|Vitry-sur-Seine|Champigny-sur-Marne|Saint-Maur-des-Fossés|Ivry-sur-Seine|Maisons-Alfort|Villejuif|Fontenay-sous-Bois|Vincennes|Choisy-le-Roi|L'Haÿ-les-Roses|Villeneuve-Saint-Georges|Cachan|Sucy-en-Brie|Boissy-Saint-Léger|Nogent-sur-Marne|Alfortville"),
    department("95", "Val-d'Oise", "IDF", 1270, "Cergy|Pontoise|Argenteuil|Sarcelles|Garges-lès-Gonesse|Franconville|Ermont|Goussainville|Bezons|Villiers-le-Bel|Gonesse|Saint-Ouen-l'Aumône|Sannois|Persan|L'Isle-Adam|Taverny"),
    department("971", "Guadeloupe", "GLP", 380, "Pointe-à-Pitre|Les Abymes|Basse-Terre|Le Moule|Capesterre-Belle-Eau|Baie-Mahault|Sainte-Rose|Saint-Martin"),
    department("972", "Martinique", "MTQ", 355, "Fort-de-France|Le Lamentin|La Trinité|Le Marin|Sainte-Marie|Rivière-Salée|Saint-Joseph"),
    department("973", "Guyane", "GUF", 290, "Cayenne|Kourou|Saint-Laurent-du-Maroni|Matoury|Rémire-Montjoly"),
    department("974", "La Réunion", "REU", 875, "Saint-Denis de La Réunion|Saint-Pierre|Saint-Paul|Le Tampon|Saint-André|Saint-Louis de La Réunion|Le Port|Saint-Benoît|Saint-Joseph de La Réunion|Saint-Leu|Sainte-Marie de La Réunion|La Possession"),
    department("976", "Mayotte", "MYT", 310, "Mamoudzou|Koungou|Dzaoudzi|Bandraboua|Chirongui"),
];
