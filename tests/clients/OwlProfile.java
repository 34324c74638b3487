import java.io.File;
import java.util.List;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;
import org.semanticweb.owlapi.profiles.Profiles;

/** Prints how many axioms OWLAPI reads in a file, and each way in which it is outside OWL 2 DL. */
public class OwlProfile {
    public static void main(String[] arguments) throws Exception {
        OWLOntology ontology =
                OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(arguments[0]));
        List<OWLProfileViolation> violations = Profiles.OWL2_DL.checkOntology(ontology).getViolations();
        System.out.println(ontology.getAxiomCount());
        violations.forEach(System.out::println);
    }
}
