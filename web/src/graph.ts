import Graph from "graphology"; console.log(Graph);
